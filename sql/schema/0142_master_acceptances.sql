-- Each version of a master and each consumer of it: when it was stated, from when it counts, when it must be and when it was
-- accepted or rejected. Minima and last words only: a statement that comes late, twice or out of order ends the same. The
-- order of versions is the order in which the system of record made them, whatever it numbers them. A version has had its
-- time once a newer one counts, or the consumer holds a newer one.
CREATE VIEW IF NOT EXISTS master_acceptances /*on cluster*/ AS
SELECT *,
  argMaxIf(master_version, place, is_accepted) OVER (PARTITION BY plant, master, key, consumer ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS holds,
  minIf(accepted_at, is_accepted) OVER (PARTITION BY plant, master, key, consumer ORDER BY place ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS passed_at,
  multiIf(toUnixTimestamp64Milli(passed_at) = 0, replaced_at, toUnixTimestamp64Milli(replaced_at) = 0, passed_at, least(passed_at, replaced_at)) AS superseded_at
FROM (
  SELECT versions.plant AS plant, versions.master AS master, versions.key AS key, versions.master_version AS master_version, place, stated_at, counts_at, replaced_at,
    record, record_event, record_trace, consumers.consumer AS consumer, consumers.role AS role, consumers.sources AS sources,
    greatest(stated_at + toIntervalMillisecond(consumers.allowed_ms), counts_at) AS due_at,
    first_accepted AS accepted_at, last_rejected AS rejected_at, rejected_because, consumer_event, consumer_trace, told_at,
    toUnixTimestamp64Milli(last_accepted) > 0 AND last_accepted >= last_rejected AS is_accepted,
    toUnixTimestamp64Milli(last_rejected) > 0 AND last_rejected > last_accepted AS is_rejected
  FROM (
    SELECT *,
      row_number() OVER (PARTITION BY plant, master, key ORDER BY made, master_version) AS place,
      min(counts_at) OVER (PARTITION BY plant, master, key ORDER BY made, master_version ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS replaced_at
    FROM (
      SELECT said.plant AS plant, said.master AS master, said.key AS key, said.master_version AS master_version,
        min(said.version) AS made, min(said.occurred_at) AS stated_at, greatest(stated_at, argMax(said.effective_at, said.stamp)) AS counts_at,
        argMin(said.system, (said.occurred_at, said.event_id)) AS record, argMin(said.event_id, (said.occurred_at, said.event_id)) AS record_event,
        argMin(said.trace_id, (said.occurred_at, said.event_id)) AS record_trace
      FROM master_statements AS said
      INNER JOIN (
        SELECT DISTINCT master, plant, arrayJoin(records) AS record FROM estate_masters WHERE loaded_at = (SELECT max(loaded_at) FROM estate_masters)
      ) AS records ON records.master = said.master AND records.plant = said.plant AND records.record = said.system
      WHERE NOT said.is_rejection
      GROUP BY said.plant, said.master, said.key, said.master_version
    )
  ) AS versions
  INNER JOIN (
    SELECT master, plant, consumer, role, sources, allowed_ms FROM estate_masters WHERE loaded_at = (SELECT max(loaded_at) FROM estate_masters)
  ) AS consumers ON consumers.master = versions.master AND consumers.plant = versions.plant
  LEFT JOIN (
    SELECT words.plant AS plant, words.master AS master, words.key AS key, words.system AS system, words.master_version AS master_version,
      minIf(words.occurred_at, NOT words.is_rejection) AS first_accepted, maxIf(words.occurred_at, NOT words.is_rejection) AS last_accepted,
      maxIf(words.occurred_at, words.is_rejection) AS last_rejected,
      argMaxIf(words.reason, (words.occurred_at, words.event_id), words.is_rejection) AS rejected_because,
      -- the evidence of how it stands: the first acceptance, else the last rejection
      if(toUnixTimestamp64Milli(last_rejected) > 0 AND last_rejected > last_accepted, argMaxIf(words.event_id, (words.occurred_at, words.event_id), words.is_rejection), argMinIf(words.event_id, (words.occurred_at, words.event_id), NOT words.is_rejection)) AS consumer_event,
      if(toUnixTimestamp64Milli(last_rejected) > 0 AND last_rejected > last_accepted, argMaxIf(words.trace_id, (words.occurred_at, words.event_id), words.is_rejection), argMinIf(words.trace_id, (words.occurred_at, words.event_id), NOT words.is_rejection)) AS consumer_trace,
      min(words.received_at) AS told_at
    FROM master_statements AS words
    GROUP BY words.plant, words.master, words.key, words.system, words.master_version
  ) AS held ON held.plant = versions.plant AND held.master = versions.master AND held.key = versions.key
    AND held.system = consumers.consumer AND held.master_version = versions.master_version
)
