import { createRoute } from '@hono/zod-openapi'
import type { QueryRow } from '../../sql/queries.gen.ts'
import { sumDecimals } from '../core/decimal.ts'
import type { Access } from './access.ts'
import type { ApiContext } from './context.ts'
import { filterOf, moneyOf } from './exceptions.ts'
import { answers, createRouter } from './router.ts'
import { type ExceptionGroup, exceptionGroups } from './schemas/exception-groups.ts'
import { exceptionQuery } from './schemas/exceptions.ts'

/** Faults of what one system takes another's words for: mending a case leaves them as they are. */
const mappingCauses = ['unknown_code', 'wrong_unit', 'wrong_sign', 'stale_price']
/** On so many days of ninety a mapping fault has to open cases before it is no accident any more. */
const recursFrom = 3
const mostGroups = 500
const weeksShown = 13
const day = 86_400_000

/** Cases by what they have in common: one parent per failure, with the sum of its children. */
export const exceptionGroupRoutes = (context: ApiContext, allow: Access) =>
  createRouter().openapi(
    createRoute({
      method: 'get',
      path: '/api/exceptions/groups',
      tags: ['exceptions'],
      summary: 'Cases that match by their root, the worst first, and how often each root came back',
      middleware: [allow('read')] as const,
      request: { query: exceptionQuery },
      responses: answers(exceptionGroups, 'Groups'),
    }),
    async (c) => {
      const filter = filterOf(context, c.req.valid('query'))
      const rows = await context.store.query('exception_groups', { ...filter, limit: mostGroups })
      return c.json(
        {
          as_of: filter.at.toISOString(),
          currency: moneyOf(context, c.req.valid('query')).currency,
          groups: rows.map((row) => toGroup(context, row, filter.at)),
          recurs_from: recursFrom,
        },
        200,
      )
    },
  )

function toGroup(context: ApiContext, row: QueryRow['exception_groups'], at: Date): ExceptionGroup {
  const { days, class: name, ...rest } = row
  const cause_title = context.causes.find(({ cause }) => cause === row.cause)?.title ?? row.cause
  const kind = row.root.startsWith('class:') ? 'class' : row.root.startsWith('cause:') ? 'cause' : 'failure'
  const episodes = findEpisodes(days)
  const distinct = new Set(days.map((one) => one.day)).size
  return {
    ...rest,
    kind,
    title:
      kind === 'class'
        ? (context.checks.map((check) => check.classes[name]).find(Boolean) ?? name)
        : cause_title,
    detail: kind === 'failure' ? row.root : '',
    cause_title,
    severity: row.severity as ExceptionGroup['severity'],
    teams: row.teams.map((team) => context.estate.teamOf.get(team)?.name ?? team),
    weeks: countWeeks(days, at),
    episodes,
    days: distinct,
    is_architecture: mappingCauses.includes(row.cause) && distinct >= recursFrom,
  }
}

type Day = QueryRow['exception_groups']['days'][number]

function countWeeks(days: Day[], at: Date): number[] {
  const weeks = Array.from({ length: weeksShown }, () => 0)
  for (const one of days) {
    const ago = Math.floor((at.getTime() - Date.parse(one.day)) / (7 * day))
    if (ago >= 0 && ago < weeksShown)
      weeks[weeksShown - 1 - ago] = (weeks[weeksShown - 1 - ago] ?? 0) + one.opened
  }
  return weeks
}

/** Days in a row are one episode; the newest first. */
function findEpisodes(days: Day[]): ExceptionGroup['episodes'] {
  const episodes: ExceptionGroup['episodes'] = []
  for (const one of days) {
    const last = episodes[0]
    if (last && Date.parse(one.day) - Date.parse(last.to) <= day) {
      last.to = one.day
      last.cases += one.opened
      last.amount = sumDecimals([last.amount, one.amount])
    } else episodes.unshift({ from: one.day, to: one.day, cases: one.opened, amount: one.amount })
  }
  return episodes
}
