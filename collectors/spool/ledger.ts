import type { Store } from '../../sql/store.ts'

/** What is noted of a load. */
export type Load = {
  kind: string
  source: string
  name: string
  bytes: number
  /** When its first message was received, in milliseconds; its delivery when absent */
  since?: number
  took_ms?: number
}

/** Gives loads their numbers and commits them: what is loaded counts once its row is in `loads`. */
export function createLedger(store: Store) {
  let last = 0
  let newest: Promise<number> | undefined
  return {
    /** Load numbers rise over restarts: microseconds, or one more than the last. */
    nextSeq: async (): Promise<string> => {
      newest ??= store.query('highest_load', {}).then(
        ([row]) => Number(row?.load_seq ?? 0),
        (error) => {
          // an engine that was away for once is asked again
          newest = undefined
          throw error
        },
      )
      const before = await newest
      // nothing is awaited from here on: two who ask at once get two numbers
      last = Math.max(last + 1, before + 1, Date.now() * 1000)
      return String(last)
    },
    /** A number given before the last restart is not given again. */
    seen: (loadSeq: string): void => {
      last = Math.max(last, Number(loadSeq))
    },
    commit: async (loadSeq: string, { since, took_ms = 0, ...load }: Load): Promise<void> => {
      const now = Date.now()
      await store.insert(
        'loads',
        [
          {
            load_seq: loadSeq,
            ...load,
            received_at: new Date(since ?? now).toISOString(),
            loaded_at: new Date(now).toISOString(),
            took_ms,
          },
        ],
        { lane: 'load' },
      )
    },
  }
}
