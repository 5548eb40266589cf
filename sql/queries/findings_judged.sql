-- Up to which hour each plant has been compared with its past.
SELECT plant, max(hour) AS hour FROM hours_judged GROUP BY plant
