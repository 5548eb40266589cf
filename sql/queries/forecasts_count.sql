-- How many open cases will be late at the present pace.
SELECT toUInt32(count()) AS cases FROM forecasts
