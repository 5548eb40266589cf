-- Of keys of a flow: the stages they reached, and the open case of the same order or key.
SELECT asked.plant AS plant, asked.key AS key, progress.stages AS stages, cases.number AS number, cases.check AS check, cases.class AS class
FROM (SELECT asked.1 AS plant, asked.2 AS key FROM (SELECT arrayJoin(arrayZip({plants:Array(String)}, {keys:Array(String)})) AS asked)) AS asked
LEFT JOIN (SELECT plant, key, groupUniqArray(toString(stage)) AS stages FROM flow_progress WHERE flow = {flow:String} AND (plant, key) IN arrayZip({plants:Array(String)}, {keys:Array(String)}) GROUP BY plant, key) AS progress
  ON progress.plant = asked.plant AND progress.key = asked.key
LEFT ANY JOIN (SELECT plant, if(order_no != '', order_no, key) AS of_key, number, check, class FROM exceptions WHERE state = 'open' ORDER BY number DESC) AS cases
  ON cases.plant = asked.plant AND cases.of_key = asked.key
