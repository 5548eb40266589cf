-- What systems said of numbered versions of masters, whole history: that they hold one, or do not take it. The parts of a
-- key stand with a slash between them; a slash inside of a part is written %2F.
CREATE VIEW IF NOT EXISTS master_statements /*on cluster*/ AS
SELECT 'items' AS master, plant, system, item AS key, master_version, effective_at, false AS is_rejection, '' AS reason, version, stamp, occurred_at, received_at, event_id, trace_id
FROM items_log WHERE master_version != ''
UNION ALL
SELECT 'partners', plant, system, partner, master_version, effective_at, false, '', version, stamp, occurred_at, received_at, event_id, trace_id
FROM partners_log WHERE master_version != ''
UNION ALL
SELECT 'prices', plant, system, arrayStringConcat(arrayMap(part -> replaceAll(replaceAll(part, '%', '%25'), '/', '%2F'), arrayConcat([partner, item, valid_from], if(scale_from > 0, [toString(scale_from)], []))), '/'),
  master_version, effective_at, false, '', version, stamp, occurred_at, received_at, event_id, trace_id
FROM prices_log WHERE master_version != ''
UNION ALL
SELECT 'routings', plant, system, arrayStringConcat(arrayMap(part -> replaceAll(replaceAll(part, '%', '%25'), '/', '%2F'), [item, routing, operation]), '/'),
  master_version, effective_at, false, '', version, stamp, occurred_at, received_at, event_id, trace_id
FROM routings_log WHERE master_version != ''
UNION ALL
SELECT toString(master), plant, system,
  -- each part as the masters' own keys are: 000010 is 10
  if(master IN ('prices', 'routings'), arrayStringConcat(arrayMap(part -> replaceRegexpOne(part, '^0+([0-9]+)$', '\\1'), splitByChar('/', master_key)), '/'), master_key),
  master_version, toDateTime64(0, 3, 'UTC'), true, reason, version, stamp, occurred_at, received_at, event_id, trace_id
FROM master_rejections_log
