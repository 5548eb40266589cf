-- A rule as it was when it judged.
SELECT body FROM rules WHERE rule = {rule:String} LIMIT 1
