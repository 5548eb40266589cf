SELECT * FROM runs WHERE run = {run:String} LIMIT 1
