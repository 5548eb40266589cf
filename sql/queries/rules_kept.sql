-- Which of these rules are kept already.
SELECT DISTINCT rule FROM rules WHERE rule IN {rules:Array(String)}
