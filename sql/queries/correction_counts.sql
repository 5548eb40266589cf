-- How many messages there are in each state, by broken rule and by type of event; `dimension` says which. One that broke
-- several rules counts for each.
SELECT dimension, value, toUInt32(countIf(state IN ('open', 'refused'))) AS open, toUInt32(countIf(state = 'waiting')) AS waiting, toUInt32(countIf(state = 'accepted')) AS accepted, toUInt32(countIf(state = 'discarded')) AS discarded
FROM (
  SELECT state, arrayJoin(arrayConcat([('all', '')], [('type', if(type = '', '-', toString(type)))], arrayMap(code -> ('code', code), if(empty(codes), ['-'], arrayDistinct(CAST(codes AS Array(String))))))) AS place, place.1 AS dimension, place.2 AS value
  FROM quarantine_work
  WHERE {plant:String} IN ('', if(plant = '', '-', plant)) AND {source:String} IN ('', if(source = '', '-', source)) AND {kind:String} IN ('', kind)
)
GROUP BY dimension, value
ORDER BY dimension, open DESC, value
