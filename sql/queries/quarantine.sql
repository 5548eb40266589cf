-- Messages that broke their contract, newest first, with every reason; `-` stands for no code, no source, no plant.
SELECT received_at, source, kind, system, plant, flow, stage, partner, message_id, position, reasons, codes, substring(body, 1, 4000) AS body
FROM quarantine FINAL
WHERE ({code:String} = '' OR has(codes, {code:String}) OR ({code:String} = '-' AND empty(codes))) AND {source:String} IN ('', if(source = '', '-', source)) AND {kind:String} IN ('', kind)
  AND {plant:String} IN ('', if(plant = '', '-', plant)) AND received_at >= {from:DateTime64(3, 'UTC')} AND received_at < {to:DateTime64(3, 'UTC')}
ORDER BY received_at DESC, source, message_id, position
LIMIT {limit:UInt32} OFFSET {offset:UInt32}
