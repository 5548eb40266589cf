// The thread the simulated company runs in: lets Node read TypeScript there, then hands over to worker.ts.
import { register } from 'tsx/esm/api'

register()
await import('./worker.ts')
