-- How many messages are in quarantine; the same ones as quarantine.sql lists.
SELECT toUInt32(count()) AS total FROM quarantine FINAL
WHERE ({code:String} = '' OR has(codes, {code:String}) OR ({code:String} = '-' AND empty(codes))) AND {source:String} IN ('', if(source = '', '-', source)) AND {kind:String} IN ('', kind)
  AND {plant:String} IN ('', if(plant = '', '-', plant)) AND received_at >= {from:DateTime64(3, 'UTC')} AND received_at < {to:DateTime64(3, 'UTC')}
