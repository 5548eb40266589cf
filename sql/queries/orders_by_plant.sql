-- Keys that entered a flow in the range, and in the one it is compared with, per plant.
SELECT plant, toUInt32(countIf(entered_ms >= from_ms)) AS total, toUInt32(countIf(entered_ms < toUnixTimestamp64Milli({previous_to:DateTime64(3, 'UTC')}))) AS previous_total
FROM (
  SELECT plant, key, toUnixTimestamp64Milli(min(reached_at)) AS entered_ms, toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')}) AS from_ms
  FROM flow_progress
  WHERE plant IN {plants:Array(String)} AND flow = {flow:String} AND stage = {first_stage:String}
  GROUP BY plant, key
)
WHERE entered_ms >= toUnixTimestamp64Milli({previous_from:DateTime64(3, 'UTC')}) AND entered_ms < toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')})
GROUP BY plant
