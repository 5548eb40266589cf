-- How far the versions of masters have come, by plant and role, by role, by consumer, and in all: those stated in the range,
-- and older ones that are still open. The same as propagation_versions.sql lists; delays are exact.
SELECT multiIf(grouping(plant) = 0, 'plant', grouping(role) = 0, 'role', grouping(consumer) = 0, 'consumer', 'all') AS cut, plant, master, role, consumer,
  toUInt32(count()) AS versions, toUInt32(countIf(state = 'accepted')) AS accepted, toUInt32(countIf(state = 'caught_up')) AS caught_up, toUInt32(countIf(is_late AND NOT is_caught_up)) AS accepted_late,
  toUInt32(countIf(state = 'pending')) AS pending, toUInt32(countIf(state = 'late')) AS late, toUInt32(countIf(state = 'away')) AS away,
  toUInt32(countIf(state = 'rejected')) AS rejected, toUInt32(countIf(state = 'superseded')) AS superseded, toUInt32(countIf(is_missed)) AS missed,
  if(countIf(is_accepted) = 0, NULL, quantileExactIf(0.95)(delay_ms, is_accepted)) AS delay_p95_ms
FROM (
  SELECT plant, master, role, consumer, stated_at, is_accepted,
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
)
WHERE stated_at >= {from:DateTime64(3, 'UTC')} OR state IN ('pending', 'late', 'away', 'rejected')
GROUP BY GROUPING SETS ((plant, master, role), (master, role), (consumer), ())
ORDER BY cut, plant, master, role, consumer
