-- What was reckoned last; nothing once nobody reckons any more.
CREATE VIEW IF NOT EXISTS forecasts /*on cluster*/ AS
SELECT * FROM case_forecasts
WHERE at = (SELECT max(at) FROM case_forecasts) AND at > now64(3, 'UTC') - INTERVAL 10 MINUTE AND number != 0
