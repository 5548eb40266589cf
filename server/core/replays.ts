import type { Store } from '../../sql/store.ts'
import type { Estate } from './estate.ts'

/** What is asked to be sent again: cases by number, all that a filter matches, or keys. */
export type ReplaySelection = {
  cases?: number[] | undefined
  filter?:
    | {
        plant: string
        check: string
        class: string
        cause: string
        shared: string
        severity: string
        team: string
        q: string
      }
    | undefined
  keys?: { plant: string; key: string; document: string }[] | undefined
}

/** Asks integrations to send messages again, and is done only when what was missing has come. */
export type Replays = {
  /** Writes down what it is about and what would be sent; sends nothing. Resolves with its number. */
  freeze(ask: {
    flow: string
    selection: ReplaySelection
    actor: string
    reason: string
    /** the store and estate of somebody who may not see everything */
    sees?: { store: Store; estate: Estate }
  }): Promise<string>
  approve(replay: string, actor: string): Promise<void>
  /** Lets it begin; what is sent is what was frozen. */
  begin(replay: string, actor: string): Promise<void>
  /** Calls it off; what is not sent yet is not sent any more. */
  cancel(replay: string, actor: string): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
}
