-- One run of a check in one plant.
SELECT * FROM runs WHERE run = {run:String} LIMIT 1
