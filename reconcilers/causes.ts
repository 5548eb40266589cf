import { randomUUID } from 'node:crypto'
import { describeError } from '../server/core/errors.ts'
import type { Estate } from '../server/core/estate.ts'
import { log } from '../server/core/log.ts'
import type { Store } from '../sql/store.ts'
import { type Cause, causesOf } from './cause.ts'
import { type Applied, factParams, gatherFacts } from './cause-facts.ts'

/**
 * Seeks why the sides of the cases disagree that these runs opened, opened again or changed, and ranks what is found by
 * how well the facts fit times the share of this cause's verdicts that people confirmed. Never fails: a case then says
 * that no cause could be sought. Seeking twice for the same runs ends in the same rows.
 * @returns the numbers of the cases whose causes were sought
 */
export async function explainCases(
  store: Store,
  estate: Estate,
  verdicts: Applied[],
  at: Date,
  causes: readonly Cause[],
): Promise<string[]> {
  const told = verdicts.filter(({ applied }) => applied.length > 0)
  if (told.length === 0 || causes.length === 0) return []
  const sought = randomUUID()
  try {
    const { classes, numbers } = await gatherFacts(store, estate, told, sought, at)
    if (numbers.length === 0) return []
    // the engine takes longer to understand a cause than to seek it: only those that may fit are sought
    const fitting = causesOf(causes, classes)
    await store.command(rankStatement(fitting), factParams(estate, told, sought, at), {
      lane: 'judge',
    })
    return numbers
  } catch (error) {
    const failure = describeError(error)
    log.error({ error: failure }, 'no causes could be sought; the runs stand')
    await store
      .command(
        failureStatement,
        {
          runs: told.flatMap(({ applied }) => applied.map(({ run }) => run)),
          at,
          failure: failure.slice(0, 500),
        },
        { lane: 'judge' },
      )
      .catch((again) => log.error({ error: describeError(again) }, 'nor could that be noted'))
    return []
  }
}

/** The type of evidence, so that files of different causes go together. */
const evidence =
  "Array(Tuple(text String, entity String, document String, at DateTime64(3, 'UTC'), trace_id String))"

/** One statement seeks all: what it writes is ranked in the engine, and there or not as a whole. */
function rankStatement(causes: Cause[]): string {
  const found = causes.map(
    ({ cause, sql }) =>
      `SELECT '${cause}' AS cause, number, toFloat64(score) AS score, CAST(evidence AS ${evidence}) AS evidence, toString(shared) AS shared
FROM (
${sql}
)
WHERE score > 0`,
  )
  // a case that nothing explains has one row that says so
  found.push(
    `SELECT '', number, toFloat64(0), CAST([] AS ${evidence}), '' FROM cause_cases WHERE sought = {sought:String}`,
  )
  return `INSERT INTO exception_causes (number, rank, run, cause, score, evidence, shared, looks, at)
SELECT found.number, place, cases.run, found.cause, found.score, found.evidence, found.shared,
  least(before.looks, 200) + 1, {at:DateTime64(3, 'UTC')}
FROM (
  SELECT number, cause, score, evidence, shared,
    row_number() OVER (PARTITION BY number ORDER BY cause != '' DESC, isRejected, score * precision DESC, cause) AS place
  FROM (
    SELECT found.number AS number, found.cause AS cause, found.score AS score, found.evidence AS evidence, found.shared AS shared,
      (said.confirmed + 1) / (said.verdicts + 2) AS precision,
      (found.number, found.cause) IN (SELECT number, cause FROM cause_verdicts GROUP BY number, cause HAVING argMax(verdict, at) = 'rejected') AS isRejected
    FROM (
${found.join('\nUNION ALL\n')}
    ) AS found
    LEFT JOIN (
      SELECT cause, count() AS verdicts, countIf(verdict = 'confirmed') AS confirmed
      FROM (SELECT cause, number, argMax(verdict, at) AS verdict FROM cause_verdicts GROUP BY cause, number)
      GROUP BY cause
    ) AS said ON said.cause = found.cause
  )
) AS found
INNER JOIN (SELECT number AS case_number, run FROM cause_cases WHERE sought = {sought:String}) AS cases ON cases.case_number = found.number
LEFT JOIN (SELECT number AS of_number, looks FROM exception_causes FINAL WHERE rank = 1) AS before ON before.of_number = found.number
WHERE (found.cause != '' AND place <= 9) OR place = 1`
}

/** What was found before stays; a case that has nothing yet says why. */
const failureStatement = `INSERT INTO exception_causes (number, rank, run, cause, score, shared, failure, looks, at)
SELECT DISTINCT number, 1, run, '', 0, '', {failure:String}, 0, {at:DateTime64(3, 'UTC')}
FROM exception_steps
WHERE run IN {runs:Array(String)} AND act IN ('opened', 'reopened', 'changed')
  AND number NOT IN (SELECT number FROM exception_causes WHERE failure = '')`
