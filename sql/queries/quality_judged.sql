-- The last hour of each plant that was compared with its past, and how many of its places had a past to compare with.
SELECT plant, max(hour) AS last_hour, argMax(places, hour) AS places, argMax(comparable, hour) AS comparable
FROM hours_judged FINAL
WHERE plant IN {plants:Array(String)}
GROUP BY plant
