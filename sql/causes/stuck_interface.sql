/*
title: Interface stuck
description: The receiver refuses the message; its last try failed and nothing has gone through since.
explains: all
advice: Take away what the receiver names, then let the queue run; its messages are still there.
*/
WITH
cases AS (SELECT number AS case_number, plant, class FROM cause_cases WHERE sought = {sought:String}),
-- caller and receiver tell of the same try
tried AS (
  SELECT number, trace_id, name, message, max(refused) AS is_refused, max(tries) AS times, max(last_at) AS latest, arrayStringConcat(arraySort(groupUniqArray(service)), ' and ') AS services
  FROM cause_errors WHERE sought = {sought:String}
  GROUP BY number, trace_id, name, message
),
named AS (SELECT trace_id AS of_trace, min(ref) AS ref FROM cause_refs WHERE sought = {sought:String} AND trace_id != '' GROUP BY trace_id)
SELECT number,
  -- what both sides hold did arrive; only what was said of it later could be stuck
  multiIf(max(class) IN ('price', 'ordered_quantity'), 0.3, max(is_refused) AND max(times) > 1, 0.9, max(is_refused), 0.75, 0.35) AS score,
  arraySlice(arrayMap(each -> each.2, arrayReverseSort(each -> each.1, groupArray((latest, (
    concat(if(ref = '', '', concat(ref, ': ')), toString(times), if(times = 1, ' try', ' tries'), ' of "', name, '" failed in ', services, ': ', message), if(ref = '', '', 'stock_movements'), ref, latest, tried.trace_id))))), 1, 4) AS evidence,
  concat(argMax(name, (is_refused, times)), ': ', replaceRegexpAll(argMax(message, (is_refused, times)), '[A-Za-z-]*[0-9]{4,}', '…'), ' (', max(plant), ')') AS shared
FROM tried
INNER JOIN cases ON cases.case_number = tried.number
LEFT JOIN named ON named.of_trace = tried.trace_id
GROUP BY number
