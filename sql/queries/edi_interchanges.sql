-- Interchanges read since a moment, the newest first, each with what its receiver said of it: by its own number, that of
-- one of its groups, or a document in it.
WITH
  seen AS (
    SELECT * FROM edi_interchanges
    WHERE read_at >= {since:DateTime64(3, 'UTC')} AND load_seq IN (SELECT load_seq FROM loads)
    ORDER BY read_at DESC
    LIMIT 1 BY standard, sender, receiver, control, content, outcome
  ),
  named AS (
    SELECT standard, sender, receiver, control, content, at,
      arrayJoin(arrayDistinct(arrayConcat(
        ['interchange ' || control],
        arrayMap(message -> 'group ' || message.group, arrayFilter(message -> message.group != '', messages)),
        arrayMap(message -> 'document ' || message.document, arrayFilter(message -> message.document != '', messages))))) AS named_by
    FROM seen
    WHERE outcome = 'taken'
  ),
  told AS (
    SELECT standard AS told_standard, sender AS told_sender, receiver AS told_receiver, at AS told_at, of_message, of_type, verdict, reasons, kind,
      multiIf(of_interchange != '', 'interchange ' || of_interchange, of_group != '', 'group ' || of_group, 'document ' || of_document) AS told_of
    FROM edi_acknowledgements
    WHERE at >= {since:DateTime64(3, 'UTC')} AND load_seq IN (SELECT load_seq FROM loads)
  ),
  answers AS (
    SELECT standard, sender, receiver, control, content, min(told_at) AS first_told_at,
      groupUniqArray(CAST((kind, of_message, of_type, toString(verdict), reasons), 'Tuple(kind String, message String, type String, verdict String, reasons Array(String))')) AS said
    FROM named INNER JOIN told ON told_standard = standard AND told_sender = receiver AND told_receiver = sender AND told_of = named_by
    -- a number that comes again was not meant by what was said before
    WHERE told_at >= at - INTERVAL 1 DAY
    GROUP BY standard, sender, receiver, control, content
  )
SELECT source, standard, path, seen.at AS at, read_at, seen.sender AS sender, seen.receiver AS receiver, seen.control AS control, sent_at, test, toString(outcome) AS outcome, earlier,
  arrayMap(message -> message.type, messages) AS types, arrayMap(message -> message.document, messages) AS documents, lines, deviations,
  if(empty(said), NULL, first_told_at) AS told_at, said
FROM seen LEFT JOIN answers USING (standard, sender, receiver, control, content)
ORDER BY read_at DESC, control DESC
LIMIT {limit:UInt32}
