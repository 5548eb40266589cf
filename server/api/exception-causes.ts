import { createRoute, z } from '@hono/zod-openapi'
import { PlumblineError } from '../core/errors.ts'
import { isRowNumber } from '../core/row-number.ts'
import type { Access } from './access.ts'
import { actorOf } from './actor.ts'
import type { ApiContext } from './context.ts'
import { answers, createRouter, keyParam } from './router.ts'
import { type CaseCauses, caseCauses, causeVerdict } from './schemas/causes.ts'

/** Says whether a suggested cause is the right one; what people confirm ranks higher in cases to come. */
export const exceptionCauseRoutes = (context: ApiContext, allow: Access) =>
  createRouter().openapi(
    createRoute({
      method: 'post',
      path: '/api/exceptions/{number}/causes/{cause}',
      tags: ['exceptions'],
      summary: 'Confirm or reject a suggested cause of a case',
      middleware: [allow('work')] as const,
      request: {
        params: keyParam('number', 'The number of the case').extend(keyParam('cause', 'The cause').shape),
        body: { required: true, content: { 'application/json': { schema: causeVerdict } } },
      },
      responses: answers(z.object({ causes: caseCauses }), 'The causes as they rank now'),
    }),
    async (c) => {
      const { number, cause } = c.req.valid('param')
      const { verdict } = c.req.valid('json')
      const found = isRowNumber(number) ? await context.store.query('exception_causes', { number }) : []
      if (!found.some((row) => row.cause === cause && cause !== ''))
        throw new PlumblineError('cause_unknown', `"${cause}" is not a cause suggested for case ${number}`, {
          status: 404,
          where: 'cause',
          mend: 'Look at the causes the case lists.',
        })
      await context.store.insert('cause_verdicts', [
        { number, cause, verdict, actor: actorOf(c.req), at: new Date().toISOString() },
      ])
      context.bus.tell('exceptions')
      return c.json({ causes: await readCauses(context, number) }, 200)
    },
  )

/** The causes of a case, with what people said of them, and how many other open cases have the first in common. */
export async function readCauses(context: ApiContext, number: string): Promise<CaseCauses> {
  const rows = await context.store.query('exception_causes', { number })
  const failure = rows[0]?.failure ?? ''
  const order = { confirmed: 0, '': 1, rejected: 2 }
  const placeOf = (verdict: string) => order[verdict as keyof typeof order] ?? 1
  const ranked = rows
    .filter((row) => row.cause !== '')
    .sort((a, b) => placeOf(a.verdict) - placeOf(b.verdict) || a.rank - b.rank)
  const shared = rows[0]?.shared ?? ''
  const [others] = shared
    ? await context.store.query('shared_cases', {
        number,
        shared,
        plants: [...context.estate.plantOf.keys()],
      })
    : []
  return {
    state: failure ? 'failed' : rows.length > 0 ? 'sought' : 'none',
    failure,
    sought_at: rows[0]?.at ?? null,
    ranked: ranked.map(({ cause, score, evidence, verdicts, confirmed, verdict }) => {
      const about = context.causes.find((known) => known.cause === cause)
      return {
        cause,
        title: about?.title ?? cause,
        description: about?.description ?? '',
        advice: about?.advice ?? '',
        score,
        evidence,
        verdicts,
        confirmed,
        verdict: verdict === 'confirmed' || verdict === 'rejected' ? verdict : null,
      }
    }),
    parent: others && others.cases > 0 ? { shared, cases: others.cases, amount: others.amount } : null,
  }
}
