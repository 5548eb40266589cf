-- Cases to be sent again, open or not, with the document and the trace of their likeliest cause: those numbered, or those
-- open that match.
SELECT cases.number AS number, cases.plant AS plant, cases.key AS key, cases.check AS check, cases.class AS class, cases.order_no AS order_no, toString(cases.state) AS state, cases.cause AS cause,
  arrayFirst(proof -> proof.document != '', causes.evidence) AS first_proof, first_proof.document AS document,
  if(first_proof.trace_id != '', first_proof.trace_id, arrayFirst(proof -> proof.trace_id != '', causes.evidence).trace_id) AS trace_id
FROM exceptions AS cases
LEFT JOIN (SELECT number AS of_number, evidence FROM exception_causes FINAL WHERE rank = 1) AS causes ON causes.of_number = cases.number
WHERE cases.plant IN {plants:Array(String)}
  AND if(notEmpty({numbers:Array(UInt64)}), cases.number IN {numbers:Array(UInt64)}, cases.state = 'open' AND notEmpty({checks:Array(String)}) AND cases.check IN {checks:Array(String)}
    AND {plant:String} IN ('', cases.plant) AND {check:String} IN ('', cases.check) AND {class:String} IN ('', cases.class) AND {severity:String} IN ('', toString(cases.severity)) AND {team:String} IN ('', cases.team)
    AND {cause:String} IN ('', cases.cause) AND {shared:String} IN ('', cases.shared)
    AND ({q:String} = '' OR positionCaseInsensitive(cases.key, {q:String}) > 0 OR positionCaseInsensitive(cases.item, {q:String}) > 0 OR positionCaseInsensitive(cases.order_no, {q:String}) > 0))
ORDER BY cases.amount_reporting DESC, number
LIMIT 10001
