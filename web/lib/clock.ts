import { createSignal } from 'solid-js'

const [now, setNow] = createSignal(Date.now())
setInterval(() => setNow(Date.now()), 5000)

/** The present, moving every five seconds: ages on screen follow it. */
export { now }
