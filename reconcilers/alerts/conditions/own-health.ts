import { describeError } from '../../../server/core/errors.ts'
import type { Condition } from '../observation.ts'

/** What was given up is of concern this long: by then somebody has looked, or it is given up again. */
const givenUpMs = 3_600_000

export const condition: Condition<'own_health'> = {
  condition: 'own_health',
  watch: async (_settings, { estate, store, failing, now }) => {
    const since = new Date(now.getTime() - givenUpMs)
    const known = new Set(estate.receivers.map((each) => each.receiver))
    const broken = new Map(failing)
    const deliveries = await store.query('alert_deliveries', { since }).catch((error) => {
      broken.set('deliveries', describeError(error))
      return []
    })
    const unheard = deliveries
      .filter(({ receiver }) => known.has(receiver))
      .map((row) => ({ ...row, isDisabled: Boolean(row.is_disabled) }))
    const names = [...broken.keys()].sort()
    const [first = ''] = names
    return [
      {
        place: {},
        value: String(names.length),
        limit: '1',
        holds: names.length > 0,
        clears: names.length === 0,
        title: `${names.length} ${names.length === 1 ? 'condition' : 'conditions'} cannot be judged`,
        summary: `${names.join(', ')} could not be judged: ${broken.get(first) ?? ''}. Alerts of theirs stay as they were.`,
        amount: null,
        orders: null,
        path: '/alerts',
      },
      // a receiver each: who is told of one may be the other
      ...unheard.map((row) => ({
        place: { part: `receiver ${row.receiver}` },
        value: row.isDisabled ? 'disabled' : String(row.given_up),
        limit: '1',
        holds: true,
        clears: false,
        title: row.isDisabled
          ? `${row.receiver} is told nothing any more`
          : `${row.receiver} was not told ${row.given_up} ${row.given_up === 1 ? 'time' : 'times'}`,
        summary: row.isDisabled
          ? `The receiver ${row.receiver} is disabled, and all that it is to be told waits until a person enables it: ${row.last_reason}.`
          : `In the last hour ${row.given_up} ${row.given_up === 1 ? 'notification' : 'notifications'} for ${row.receiver} ${row.given_up === 1 ? 'was' : 'were'} given up: ${row.last_reason}.`,
        amount: null,
        orders: null,
        path: `/deliveries?receiver=${encodeURIComponent(row.receiver)}`,
      })),
    ]
  },
}
