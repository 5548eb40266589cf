-- Rows of the files read in the range, by source and plant: how many could not be taken, were read late, or had come
-- before in a file with the same content within a day. A row is as old as the file it stands in: late is what was read later
-- than its source's limit after the file was written; what was written before the source was first read is history and not
-- counted. A plant that is none of those `known` is counted under ''.
SELECT source, place AS plant, toUInt32(uniqExact(path, read_at)) AS files, toUInt32(sum(counted)) AS received, toUInt32(sum(refused)) AS quarantined,
  toUInt32(sumIf(counted - refused, is_live)) AS live, toUInt32(sumIf(counted - refused, is_live AND is_late)) AS late, toUInt32(sumIf(counted, is_repeated)) AS repeated
FROM (
  SELECT *, counted, refused, if(one IN {known:Array(String)}, one, '') AS place
  FROM (
    SELECT source, path, read_at, plant_rows, plant_rejected,
      modified_at >= min(read_at) OVER (PARTITION BY source) AS is_live,
      read_at > modified_at + toIntervalMillisecond(transform(toString(source), {sources:Array(String)}, {limits_ms:Array(UInt64)}, toUInt64(0))) AS is_late,
      row_number() OVER same > 1 AND read_at <= lagInFrame(read_at) OVER same + INTERVAL 1 DAY AS is_repeated
    FROM readings
    WHERE outcome = 'ok' AND load_seq IN (SELECT load_seq FROM loads)
    WINDOW same AS (PARTITION BY source, fingerprint ORDER BY read_at ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
  )
  ARRAY JOIN mapKeys(plant_rows) AS one, mapValues(plant_rows) AS counted, mapValues(plant_rejected) AS refused
)
WHERE source IN {sources:Array(String)} AND read_at >= {from:DateTime64(3, 'UTC')} AND read_at < {to:DateTime64(3, 'UTC')} AND place IN {plants:Array(String)}
GROUP BY source, plant
ORDER BY source, plant
