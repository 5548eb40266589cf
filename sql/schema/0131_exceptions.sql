-- A case as it stands: the last step's values, and when its first one was taken.
CREATE VIEW IF NOT EXISTS exceptions /*on cluster*/ AS
SELECT
  check, plant, key, class, number,
  if(last.act = 'closed', 'closed', 'open') AS state,
  last.step AS step, last.item AS item, last.order_no AS order_no, last.left_value AS left_value, last.right_value AS right_value,
  last.difference AS difference, last.unit AS unit, last.amount AS amount, last.currency AS currency, last.amount_reporting AS amount_reporting,
  last.severity AS severity, last.team AS team, last.since AS since, opened_at,
  if(last.act = 'closed', last.at, toDateTime64(0, 3, 'UTC')) AS closed_at, last.run AS last_run
FROM (
  SELECT check, plant, key, class, number, min(at) AS opened_at,
    argMax(
      CAST(
        (step, act, at, item, order_no, left_value, right_value, difference, unit, amount, currency, amount_reporting, severity, team, since, run)
        AS Tuple(step UInt32, act String, at DateTime64(3, 'UTC'), item String, order_no String, left_value String, right_value String, difference Nullable(Decimal(38, 6)), unit String, amount Decimal(38, 6), currency String, amount_reporting Decimal(38, 6), severity String, team String, since DateTime64(3, 'UTC'), run String)
      ), exception_steps.step) AS last
  FROM exception_steps
  GROUP BY check, plant, key, class, number
)
