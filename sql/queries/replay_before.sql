-- How often messages were asked for before, and the replay in which one is under way; a message is told by its plant, key
-- and document.
SELECT plant, key, document, toUInt32(countIf(times > 0)) AS attempts, maxIf(replay, (state IN ('frozen', 'sending') AND is_begun) OR state = 'sent') AS under_way
FROM replay_work
WHERE left_out = '' AND (plant, key) IN arrayZip({plants:Array(String)}, {keys:Array(String)})
GROUP BY plant, key, document
