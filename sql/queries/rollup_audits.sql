-- The newest comparison of each hour of a sum with the table it sums: of the last hours, and of those before them that
-- spans still came for.
SELECT hour, max(rollup_audits.audited_at) AS audited_at, argMax(rollup_audits.exact, rollup_audits.audited_at) AS exact,
  argMax(rollup_audits.rolled_up, rollup_audits.audited_at) AS rolled_up, argMax(rollup_audits.drift, rollup_audits.audited_at) AS drift
FROM rollup_audits
WHERE rollup = {rollup:String} AND (hour >= {from:DateTime64(3, 'UTC')} OR rollup_audits.audited_at >= {from:DateTime64(3, 'UTC')})
GROUP BY hour
ORDER BY hour DESC
