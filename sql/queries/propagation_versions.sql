-- Versions of masters with one consumer each, those stated last first: of one key, or of the range and what is older and
-- still open, as propagation_matrix.sql counts them.
SELECT plant, master, key, master_version, record, stated_at, counts_at, due_at, consumer, role, state, toBool(is_late) AS late_once, toBool(is_missed) AS missed,
  if(is_accepted, accepted_at, NULL) AS accepted, if(is_accepted, delay_ms, NULL) AS delay, if(is_rejected, rejected_at, NULL) AS rejected, rejected_because,
  if(toUnixTimestamp64Milli(superseded_at) > 0, superseded_at, NULL) AS superseded, toUInt32(place) AS place, holds, record_event, record_trace, consumer_event, consumer_trace,
  if(consumer_event = '', NULL, told_at) AS told, toUInt32(count() OVER ()) AS total
FROM (
  SELECT plant, master, key, master_version, record, stated_at, counts_at, due_at, consumer, role, is_accepted, is_rejected, accepted_at, rejected_at, rejected_because,
    superseded_at, place, holds, record_event, record_trace, consumer_event, consumer_trace, told_at,
    arraySum(arrayMap(source -> toUInt8(has({places:Array(String)}, concat(source, ' ', plant))), sources)) < length(sources)
      OR arrayMin(arrayMap(source -> transform(concat(source, ' ', plant), {places:Array(String)}, {complete_ms:Array(UInt64)}, toUInt64(0)), sources)) < toUnixTimestamp64Milli(due_at) AS is_unheard,
    is_accepted AND accepted_at > due_at AS is_late,
    -- its source was away when it should have been accepted
    is_late AND arrayExists((place, away_from, away_to) -> has(arrayMap(source -> concat(source, ' ', plant), sources), place) AND toUnixTimestamp64Milli(due_at) > away_from AND toUnixTimestamp64Milli(due_at) <= away_to,
      {away:Array(String)}, {away_from_ms:Array(UInt64)}, {away_to_ms:Array(UInt64)}) AS is_caught_up,
    multiIf(
      is_caught_up, 'caught_up', is_accepted, 'accepted',
      toUnixTimestamp64Milli(superseded_at) > 0 AND superseded_at <= {at:DateTime64(3, 'UTC')}, 'superseded',
      is_rejected, 'rejected', due_at >= {at:DateTime64(3, 'UTC')}, 'pending', is_unheard, 'away', 'late') AS state,
    -- it counts, and the consumer works without it
    state IN ('late', 'away', 'rejected') AND counts_at <= {at:DateTime64(3, 'UTC')} AS is_missed,
    toFloat64(greatest(dateDiff('millisecond', stated_at, accepted_at), 0)) AS delay_ms
  FROM master_acceptances
  WHERE plant IN {plants:Array(String)}
    AND {master:String} IN ('', master) AND {key:String} IN ('', key) AND {role:String} IN ('', role) AND {consumer:String} IN ('', consumer)
)
WHERE ({key:String} != '' OR stated_at >= {from:DateTime64(3, 'UTC')} OR state IN ('pending', 'late', 'away', 'rejected'))
  AND multiIf({state:String} = '', true, {state:String} = 'missed', is_missed, {state:String} = 'accepted_late', is_late AND NOT is_caught_up, {state:String} = 'open', state IN ('late', 'away', 'rejected'), {state:String} = state)
ORDER BY {key:String} = '' AND is_missed DESC, stated_at DESC, place DESC, plant, master, key, consumer
LIMIT {limit:UInt32} OFFSET {offset:UInt32}
