-- Why messages are in quarantine: how many broke a rule, by kind of message and source. One that broke several counts for each.
SELECT code, kind, source, toUInt32(count()) AS messages, max(received_at) AS newest_at, arraySort(groupUniqArray(plant)) AS plants
FROM (
  SELECT source, kind, plant, received_at, arrayJoin(if(empty(codes), ['-'], arrayDistinct(CAST(codes AS Array(String))))) AS code
  FROM quarantine FINAL
  WHERE {plant:String} IN ('', if(plant = '', '-', plant)) AND received_at >= {from:DateTime64(3, 'UTC')} AND received_at < {to:DateTime64(3, 'UTC')}
)
GROUP BY code, kind, source
ORDER BY messages DESC, code, kind, source
