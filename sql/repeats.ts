import type { Lane, Store } from './store.ts'

/** Ids received more than once for what happened in some hours, of those that `which` names. */
const ids = (which: string) => `SELECT id_hash FROM event_receipts
  WHERE hour >= toDateTime({hour_from:UInt32}, 'UTC') - INTERVAL 1 DAY AND hour <= toDateTime({hour_to:UInt32}, 'UTC') + INTERVAL 1 DAY ${which}
  GROUP BY id_hash HAVING count() > 1`

/** Their receipts in these hours, each beside the one before it, which may lie in hours around them. */
const noting = (
  which: string,
) => `INSERT INTO receipts_again (plant, hour, flow, stage, partner, source, event_id, received_at, load_seq, place, hour_before, found_by)
SELECT plant, hour, flow, stage, partner, source, event_id, received_at, load_seq,
  row_number() OVER (PARTITION BY source, event_id, received_at, load_seq, plant, hour ORDER BY occurred_at) AS place, hour_before, {found_by:UInt64}
FROM (
  SELECT plant, hour, flow, stage, partner, source, event_id, received_at, occurred_at, load_seq,
    lagInFrame(hour) OVER (PARTITION BY source, event_id ORDER BY received_at, load_seq ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS hour_before
  FROM event_receipts
  WHERE hour >= toDateTime({hour_from:UInt32}, 'UTC') - INTERVAL 2 DAY AND hour <= toDateTime({hour_to:UInt32}, 'UTC') + INTERVAL 2 DAY AND id_hash IN (${ids(which)})
)
WHERE hour >= toDateTime({hour_from:UInt32}, 'UTC') - INTERVAL 1 DAY AND hour <= toDateTime({hour_to:UInt32}, 'UTC') + INTERVAL 1 DAY`

const ofLoad = 'AND id_hash IN (SELECT id_hash FROM event_receipts WHERE load_seq > {after:UInt64})'

/**
 * Notes what was received again since the load `after`, and what it had been received as before. Doing so twice ends the
 * same.
 */
export async function markRepeats(store: Store, after: string, lane: Lane): Promise<void> {
  const [loaded] = await store.rows<{ hour_from: number; hour_to: number }>(
    'SELECT toUnixTimestamp(min(hour)) AS hour_from, toUnixTimestamp(max(hour)) AS hour_to FROM event_receipts WHERE load_seq > {after:UInt64} HAVING count() > 0',
    { after },
    { lane },
  )
  if (!loaded) return
  // most loads bring nothing again
  const [found] = await store.rows(`${ids(ofLoad)} LIMIT 1`, { after, ...loaded }, { lane })
  if (found) await store.command(noting(ofLoad), { after, found_by: after, ...loaded }, { lane })
}

/** Notes the same of all that was ever received, day by day: of a store that knew nothing of repeats. */
export async function markAllRepeats(store: Store): Promise<void> {
  const lane = 'load'
  const days = await store.rows<{ hour_from: number; hour_to: number }>(
    'SELECT DISTINCT toUnixTimestamp(toStartOfDay(hour)) AS hour_from, toUInt32(hour_from + 82800) AS hour_to FROM event_receipts ORDER BY hour_from',
    {},
    { lane },
  )
  for (const hours of days) await store.command(noting(''), { found_by: '0', ...hours }, { lane })
}
