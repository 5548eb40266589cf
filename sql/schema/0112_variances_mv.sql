CREATE MATERIALIZED VIEW IF NOT EXISTS variances_mv /*on cluster*/ TO variances AS
SELECT run, check, plant, key, kh, class, item, order_no, left_value, right_value, difference, unit, amount, currency, amount_reporting, amount_plant, since, in_grace
FROM check_rows
WHERE class != ''
