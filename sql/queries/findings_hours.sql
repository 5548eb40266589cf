-- Hours of places beside the same hour of the past: the same hour of the week in past `weeks`, at least three; where the
-- place is younger, the same hour of past `days` of the same kind, at least five. One row for each measure and place that is
-- far from its past in some of the hours, or is named open; and one for each hour, to say how many places it had.
-- Far is five times the spread: 1.4826 times the median deviation from the median, no less than what chance alone makes of
-- so few messages (Poisson for volume, binomial for shares, 1.5/sqrt(n) of a p95), widened for few hours compared. Volume
-- is compared by its root, where chance weighs the same whatever the volume; latency by its logarithm.
-- A message is late as quality_receipts.sql has it; a key is incomplete when it had not arrived at the moment its hand-off
-- was due, in the hour of that moment: what arrives afterwards changes neither, so hours stay comparable.
-- Shares and latency are only found when they rise. A partner is judged where it has twenty messages an hour.
WITH 5 AS limit_score
SELECT measure, plant, flow, stage, partner, asked_hour AS hour, value, expected, spread, score, count, toUInt16(length(compared)) AS compared, basis, is_far, toUInt32(places) AS places, toUInt32(comparable) AS comparable
FROM (
  SELECT *, max(is_far) OVER (PARTITION BY measure, plant, flow, stage, partner) AS is_ever_far,
    uniqExact(flow, stage) OVER (PARTITION BY plant, asked_hour) AS places, uniqExactIf((flow, stage), basis != '') OVER (PARTITION BY plant, asked_hour) AS comparable,
    row_number() OVER (PARTITION BY plant, asked_hour ORDER BY measure, flow, stage, partner) AS place_no
  FROM (
    SELECT measure, plant, flow, stage, partner, asked_hour, now.2 AS count, now.3 AS value,
      -- a volume is measured in every hour since the place is known: where no message came it is 0
      arrayConcat(arrayMap(past -> past.3, of_weeks), arrayWithConstant(if(measure = 'volume', greatest(toInt64(arrayCount(past -> past > first_hour, weeks)) - toInt64(length(of_weeks)), 0), 0), 0.)) AS past_weeks,
      arrayConcat(arrayMap(past -> past.3, of_days), arrayWithConstant(if(measure = 'volume', greatest(toInt64(arrayCount(past -> past > first_hour, days)) - toInt64(length(of_days)), 0), 0), 0.)) AS past_days,
      multiIf(length(past_weeks) >= 3, 'weeks', length(past_days) >= 5, 'days', '') AS basis,
      multiIf(basis = 'weeks', past_weeks, basis = 'days', past_days, []) AS compared,
      if(basis = 'weeks', of_weeks, of_days) AS past_cells,
      arrayMap(past -> multiIf(measure = 'latency', log(greatest(past, 1)), measure = 'volume', 2 * sqrt(past + 0.375), past), compared) AS scaled,
      ifNotFinite(arrayReduce('quantileExactInclusive(0.5)', scaled), 0) AS middle,
      1.4826 * ifNotFinite(arrayReduce('quantileExactInclusive(0.5)', arrayMap(past -> abs(past - middle), scaled)), 0) AS deviation,
      (arraySum(past -> past.1, past_cells) + 1) / (arraySum(past -> past.2, past_cells) + 2) AS usual_share,
      greatest(deviation, multiIf(
        measure = 'volume', greatest(1, 0.1 * middle),
        measure = 'latency', greatest(1.5 / sqrt(greatest(count, 1)), 0.15),
        greatest(sqrt(usual_share * (1 - usual_share) / greatest(count, 1)), 0.01)
      )) * sqrt(1 + 1.57 / greatest(length(compared), 1)) AS scaled_spread,
      multiIf(measure = 'latency', exp(middle), measure = 'volume', greatest(middle * middle / 4 - 0.375, 0), middle) AS expected,
      multiIf(measure = 'latency', exp(middle + scaled_spread), measure = 'volume', pow(middle + scaled_spread, 2) / 4 - 0.375, middle + scaled_spread) - expected AS spread,
      multiIf(measure = 'latency', log(greatest(value, 1)), measure = 'volume', 2 * sqrt(value + 0.375), value) AS scaled_value,
      if(basis = '' OR (measure != 'volume' AND count = 0), 0, (scaled_value - middle) / scaled_spread) AS score,
      (partner = '' OR (count >= 20 OR (measure = 'volume' AND expected >= 20))) AND multiIf(
        measure = 'volume', abs(score) >= limit_score AND abs(value - expected) >= 10,
        measure = 'latency', score >= limit_score AND count >= 20,
        score >= limit_score AND now.1 >= 5
      ) AS is_far
    FROM (
      SELECT cells.measure AS measure, cells.plant AS plant, cells.flow AS flow, cells.stage AS stage, cells.partner AS partner, asked.hour AS asked_hour,
        -- an hour cut short by the place's beginning tells nothing, nor does a p95 of a few
        anyIf((hits, cells.count, value), cells.hour = asked.hour) AS now,
        groupArrayIf((hits, cells.count, value), cells.hour > known.hour AND (cells.measure != 'latency' OR cells.count >= 10) AND has(asked.weeks, cells.hour)) AS of_weeks,
        groupArrayIf((hits, cells.count, value), cells.hour > known.hour AND (cells.measure != 'latency' OR cells.count >= 10) AND has(asked.days, cells.hour)) AS of_days,
        any(known.hour) AS first_hour, any(asked.weeks) AS weeks, any(asked.days) AS days
      FROM (
        SELECT told.1 AS measure, plant, flow, stage, partner, hour, toFloat64(told.2) AS hits, toUInt64(told.3) AS count, toFloat64(told.4) AS value
        FROM (
          SELECT plant, flow, stage, partner, hour,
            arrayJoin([
              ('volume', count(), count(), toFloat64(count())), ('quarantined', countIf(outcome = 'quarantined'), count(), countIf(outcome = 'quarantined') / count()),
              ('deviating', countIf(outcome = 'deviating'), count(), countIf(outcome = 'deviating') / count()), ('repeated', countIf(place > 1), count(), countIf(place > 1) / count()),
              ('late', countIf(is_live AND is_late), countIf(is_live), countIf(is_live AND is_late) / countIf(is_live))
            ]) AS told
          FROM (
            SELECT receipts.plant AS plant, flow, stage, partner, hour, outcome, row_number() OVER (PARTITION BY receipts.source, event_id ORDER BY received_at, load_seq) AS place,
              outcome != 'quarantined' AND occurred_at >= heard.first_at AS is_live,
              received_at > occurred_at + toIntervalMillisecond(transform(toString(receipts.source), {sources:Array(String)}, {limits_ms:Array(UInt64)}, toUInt64(0))) AS is_late
            FROM (
              SELECT *, hour FROM event_receipts
              WHERE plant IN {plants:Array(String)} AND flow != '' AND hour IN (SELECT toDateTime(arrayJoin(arrayConcat({hours:Array(UInt32)}, arrayFlatten({weeks:Array(Array(UInt32))}), arrayFlatten({days:Array(Array(UInt32))}))), 'UTC'))
            ) AS receipts
            LEFT JOIN (SELECT source, plant, min(sources_heard.first_at) AS first_at FROM sources_heard GROUP BY source, plant) AS heard
              ON heard.source = receipts.source AND heard.plant = receipts.plant
          )
          GROUP BY GROUPING SETS ((plant, flow, stage, hour), (plant, flow, stage, hour, partner))
          HAVING grouping(partner) = 1 OR partner != ''
        )
        WHERE told.3 > 0
        UNION ALL
        SELECT measure, plant, flow, stage, '' AS partner, hour, toFloat64(sumIf(passages, is_behind)) AS hits, toUInt64(sum(passages)) AS count,
          if(measure = 'latency', toFloat64(quantileExactWeighted(0.95)(latency_ms, toUInt64(passages))), hits / count) AS value
        FROM (
          SELECT plant, passages.flow AS flow, to_stage AS stage, arrived_ms = 0 OR arrived_ms > left_ms + objective_ms AS is_behind,
            arrayJoin([('latency', toStartOfHour(fromUnixTimestamp64Milli(toInt64(arrived_ms), 'UTC'))), ('incomplete', toStartOfHour(fromUnixTimestamp64Milli(toInt64(left_ms + objective_ms), 'UTC')))]) AS told,
            told.1 AS measure, told.2 AS hour, if(measure = 'latency', greatest(toInt64(arrived_ms) - toInt64(left_ms), 0), 0) AS latency_ms, sum(sign) AS passages
          FROM passages
          INNER JOIN handoffs ON handoffs.flow = passages.flow AND handoffs.handoff = passages.handoff
          WHERE plant IN {plants:Array(String)} AND passages.handoff != '' AND NOT is_ended AND (measure = 'incomplete' OR arrived_ms > 0)
            AND hour IN (SELECT toDateTime(arrayJoin(arrayConcat({hours:Array(UInt32)}, arrayFlatten({weeks:Array(Array(UInt32))}), arrayFlatten({days:Array(Array(UInt32))}))), 'UTC'))
          GROUP BY plant, flow, stage, is_behind, told, latency_ms
          HAVING passages > 0
        )
        GROUP BY measure, plant, flow, stage, hour
      ) AS cells
      INNER JOIN (
        SELECT ask.1 AS plant, toDateTime(ask.2, 'UTC') AS hour, arrayMap(second -> toDateTime(second, 'UTC'), ask.3) AS weeks, arrayMap(second -> toDateTime(second, 'UTC'), ask.4) AS days
        FROM (SELECT arrayJoin(arrayZip({plants:Array(String)}, {hours:Array(UInt32)}, {weeks:Array(Array(UInt32))}, {days:Array(Array(UInt32))})) AS ask)
      ) AS asked ON asked.plant = cells.plant
      INNER JOIN (
        SELECT plant, flow, stage, partner, min(first_hour) AS hour
        -- of all that was ever received: read from the sums of days
        FROM (SELECT plant, flow, stage, partner, min(event_receipts.hour) AS first_hour FROM event_receipts WHERE plant IN {plants:Array(String)} GROUP BY plant, flow, stage, partner)
        GROUP BY GROUPING SETS ((plant, flow, stage), (plant, flow, stage, partner))
        HAVING grouping(partner) = 1 OR partner != ''
      ) AS known ON known.plant = cells.plant AND known.flow = cells.flow AND known.stage = cells.stage AND known.partner = cells.partner
      WHERE cells.hour = asked.hour OR has(asked.weeks, cells.hour) OR has(asked.days, cells.hour)
      GROUP BY measure, plant, flow, stage, partner, asked_hour
    )
  )
)
WHERE place_no = 1 OR is_ever_far OR (measure, plant, flow, stage, partner) IN arrayZip({open_measures:Array(String)}, {open_plants:Array(String)}, {open_flows:Array(String)}, {open_stages:Array(String)}, {open_partners:Array(String)})
ORDER BY hour, plant, measure, flow, stage, partner
