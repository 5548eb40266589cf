-- Orders that needed a person: those with a case opened in the range, and in the range it is compared with. Of all
-- checks where none is named.
SELECT
  toUInt32(uniqExactIf((plant, order_no), opened_at >= {from:DateTime64(3, 'UTC')} AND opened_at < {to:DateTime64(3, 'UTC')})) AS orders,
  toUInt32(uniqExactIf((plant, order_no), opened_at >= {previous_from:DateTime64(3, 'UTC')} AND opened_at < {previous_to:DateTime64(3, 'UTC')})) AS previous_orders
FROM exceptions
WHERE plant IN {plants:Array(String)} AND order_no != ''
  AND (empty({checks:Array(String)}) OR check IN {checks:Array(String)})
