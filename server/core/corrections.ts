import type { Store } from '../../sql/store.ts'
import type { Reach } from './reach.ts'

/** What people do to messages in quarantine. */
export type CorrectionAct = 'corrected' | 'resubmitted' | 'discarded' | 'restored'

/** A message, and the text that is to be sent in its place; without one it is sent as it came. */
export type CorrectionItem = { id: string; body?: string | undefined }

/** What would happen to one message, or has happened. */
export type CorrectionResult = {
  id: string
  message_id: string
  /** whether it would be let in, or was taken up */
  is_good: boolean
  /** why not, one by one */
  reasons: string[]
  codes: string[]
  /** a unified diff of what is sent against what came; empty when nothing changed */
  diff: string
}

/** What somebody sees who may not see everything: the store as they see it, and where what they send may belong. */
export type Sight = { store: Store; reach: Reach }

/** Works messages in quarantine; every act is kept, and nothing counts as done before it was read back. */
export type Corrections = {
  /** Says what would become of each, by the front door where it would be sent; changes nothing. */
  try(act: CorrectionAct, items: CorrectionItem[], sight?: Sight): Promise<CorrectionResult[]>
  /**
   * Does it to each of them. What would be refused again is left out, and says why; all others are written down
   * before the first is sent.
   */
  act(
    act: CorrectionAct,
    items: CorrectionItem[],
    by: { actor: string; reason: string },
    sight?: Sight,
  ): Promise<{ batch: string; results: CorrectionResult[] }>
  start(): Promise<void>
  stop(): Promise<void>
}
