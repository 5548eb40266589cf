import type { Status } from '../../server/api/schemas/common.ts'
import type { ItemState, ReplayState } from '../../server/api/schemas/replays.ts'

/** Causes that sending again mends. */
export const REPLAYABLE = ['lost_message', 'stuck_interface']

/** A replay's state as it is said and drawn. */
export const REPLAY_STATES: Record<ReplayState, { word: string; status: Status }> = {
  approval: { word: 'Needs a second person', status: 'watch' },
  frozen: { word: 'Frozen, nothing is sent yet', status: 'unknown' },
  sending: { word: 'Sending', status: 'watch' },
  sent: { word: 'Sent, not yet verified', status: 'watch' },
  verified: { word: 'Verified', status: 'ok' },
  unverified: { word: 'Not all of it came', status: 'breach' },
  cancelled: { word: 'Called off', status: 'unknown' },
}
export const ITEM_STATES: Record<ItemState, { word: string; status: Status }> = {
  left_out: { word: 'Left out', status: 'unknown' },
  frozen: { word: 'Not sent yet', status: 'unknown' },
  cancelled: { word: 'Called off', status: 'unknown' },
  sending: { word: 'Sending', status: 'watch' },
  sent: { word: 'Sent, not yet verified', status: 'watch' },
  refused: { word: 'Refused', status: 'breach' },
  failed: { word: 'Failed', status: 'breach' },
  unverified: { word: 'Not verified', status: 'breach' },
  verified: { word: 'Verified', status: 'ok' },
}
