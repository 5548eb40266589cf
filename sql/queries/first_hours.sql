-- The first hour of each plant that has any message: before it there is nothing to compare.
SELECT plant, min(hour) AS hour FROM event_receipts WHERE plant IN {plants:Array(String)} GROUP BY plant
