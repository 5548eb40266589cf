-- Open cases whose clocks run, by check, plant and team: how many are late, how many are about to be, which comes first,
-- and what the late ones are worth.
SELECT check, plant, team, toUInt32(count()) AS cases, toUInt32(countIf(is_late)) AS late, toUInt32(countIf(is_soon)) AS soon,
  argMin(number, due) AS first, min(due) AS first_due, sumIf(amount_reporting, is_late OR is_soon) AS amount,
  toUInt32(uniqExactIf(order_no, order_no != '' AND (is_late OR is_soon))) AS orders
FROM (
  SELECT check, plant, team, number, order_no, amount_reporting,
    least(ifNull(acknowledge_due, toDateTime64('2200-01-01 00:00:00', 3, 'UTC')), ifNull(resolve_due, toDateTime64('2200-01-01 00:00:00', 3, 'UTC'))) AS due,
    due <= {at:DateTime64(3, 'UTC')} AS is_late,
    NOT is_late AND ifNull(warn_at, toDateTime64('2200-01-01 00:00:00', 3, 'UTC')) <= {at:DateTime64(3, 'UTC')} AS is_soon
  FROM exceptions
  WHERE state = 'open' AND (acknowledge_due IS NOT NULL OR resolve_due IS NOT NULL)
)
GROUP BY check, plant, team
