import type { Store } from '../../sql/store.ts'
import type { Gate } from '../core/gate.ts'

/** A store whose statements that write pass a gate; who reads passes by. */
export const gateStore = (store: Store, gate: Gate): Store => ({
  ...store,
  command: (...given) => gate.pass(() => store.command(...given)),
  insert: (...given) => gate.pass(() => store.insert(...given)),
  insertFile: (...given) => gate.pass(() => store.insertFile(...given)),
})
