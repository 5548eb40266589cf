-- Keys that entered a flow in the range, and in the one it is compared with, per plant.
SELECT plant, toUInt32(sumIf(sign, arrived_ms >= toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}))) AS total,
  toUInt32(sumIf(sign, arrived_ms < toUnixTimestamp64Milli({previous_to:DateTime64(3, 'UTC')}))) AS previous_total
FROM passages
WHERE plant IN {plants:Array(String)} AND flow = {flow:String} AND handoff = ''
  AND arrived_ms >= toUnixTimestamp64Milli({previous_from:DateTime64(3, 'UTC')}) AND arrived_ms < toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')})
GROUP BY plant
HAVING sum(sign) > 0
