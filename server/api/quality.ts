import { createRoute } from '@hono/zod-openapi'
import { writeNumber } from '../core/words.ts'
import type { Access } from './access.ts'
import type { ApiContext } from './context.ts'
import { type QualityFacts, readQualityFacts, readQualityScope } from './quality-facts.ts'
import { composeFiles } from './quality-files.ts'
import { composeFinding } from './quality-findings.ts'
import { listMessages } from './quality-messages.ts'
import { composeMeasures, composePartners, composeRows } from './quality-rates.ts'
import { answers, createRouter } from './router.ts'
import { messagesQuery, type Quality, quality, qualityMessages, qualityQuery } from './schemas/quality.ts'
import { worstStatus } from './scope.ts'

export const qualityRoutes = (context: ApiContext, allow: Access) =>
  createRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/quality',
        tags: ['quality'],
        summary:
          'Data quality at every hand-off: five rates by hour, flow, stage, plant and partner; anomalies',
        middleware: [allow('read')] as const,
        request: { query: qualityQuery },
        responses: answers(quality, 'The rates of the scope'),
      }),
      async (c) => {
        const scope = readQualityScope(context.estate, c.req.valid('query'))
        return c.json(composeQuality(context, await readQualityFacts(context, scope)), 200)
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/quality/messages',
        tags: ['quality'],
        summary:
          'The messages behind a rate: missing keys, late, refused, deviating or repeated messages, variances',
        middleware: [allow('read')] as const,
        request: { query: messagesQuery },
        responses: answers(qualityMessages, 'A page of them'),
      }),
      async (c) => c.json(await listMessages(context, c.req.valid('query')), 200),
    )

function composeQuality(context: ApiContext, facts: QualityFacts): Quality {
  const measures = composeMeasures(facts)
  const rows = composeRows(context, facts)
  const files = composeFiles(context, facts)
  const findings = facts.findings.map((row) => composeFinding(context, row))
  const hours = facts.judged.map((row) => row.last_hour).sort()
  return {
    as_of: facts.scope.at.toISOString(),
    from: facts.scope.from.toISOString(),
    to: facts.scope.to.toISOString(),
    sentence: composeSentence(context, measures, rows, findings, files),
    measures,
    rows,
    partners: composePartners(facts),
    files,
    findings,
    findings_total: facts.findings[0]?.total ?? 0,
    judged: {
      last_hour: hours.at(-1) ?? null,
      places: facts.judged.reduce((sum, row) => sum + row.places, 0),
      comparable: facts.judged.reduce((sum, row) => sum + row.comparable, 0),
    },
  }
}

/** The state of the data in one sentence: what is beyond its limit, where most of it is, and what is unusual. */
function composeSentence(
  { estate }: ApiContext,
  measures: Quality['measures'],
  rows: Quality['rows'],
  findings: Quality['findings'],
  files: Quality['files'],
): Quality['sentence'] {
  const known = measures.filter((one) => one.rate !== null)
  const ofFiles = composeFilesSentence(files)
  if (known.length === 0)
    return ofFiles ?? { status: 'unknown', lead: 'Nothing to judge.', rest: 'No message came in the range.' }
  const broken = known.filter((one) => one.status === 'breach')
  const open = findings.filter((one) => one.ended_at === null).length
  const unusual =
    open === 0 ? '' : ` ${writeNumber(open)} ${open === 1 ? 'place is' : 'places are'} far from usual now.`
  const status = worstStatus([
    ...known.map((one) => one.status),
    ...(open > 0 ? ['watch' as const] : []),
    ...(ofFiles ? [ofFiles.status] : []),
  ])
  const close = known.filter((one) => one.status === 'watch').map((one) => one.label)
  const near =
    close.length > 0
      ? `${close.join(' and ')} ${close.length === 1 ? 'is' : 'are'} close to ${close.length === 1 ? 'its limit' : 'theirs'}. `
      : ''
  const received = measures.find((one) => one.measure === 'conformity')?.of ?? 0
  if (broken.length === 0)
    return {
      status,
      lead:
        known.length === measures.length
          ? 'All five rates are within their limits.'
          : 'What could be judged is within its limits.',
      rest: `${near}${writeNumber(received)} messages were received.${unusual}${ofFiles ? ` ${ofFiles.lead}` : ''}`,
    }
  const cells = rows.flatMap((row) =>
    row.cells
      .filter((cell) => broken.some((one) => one.measure === cell.measure))
      .map((cell) => ({ row, cell })),
  )
  const worst = cells.sort((a, b) => b.cell.wrong - a.cell.wrong)[0]
  const measure = worst && measures.find((one) => one.measure === worst.cell.measure)
  const where = worst
    ? `Most at ${worst.row.name}, ${estate.plantOf.get(worst.cell.plant)?.name ?? worst.cell.plant}: ${measure?.label.toLowerCase()} ${(worst.cell.rate ?? 0).toFixed(1)} %, ${writeNumber(worst.cell.wrong)} of ${writeNumber(worst.cell.of)}.`
    : ''
  const names = broken.map((one) => one.label.toLowerCase()).join(', ')
  return {
    status,
    lead: `${broken.length} of ${known.length} rates ${broken.length === 1 ? 'is' : 'are'} beyond ${broken.length === 1 ? 'its limit' : 'their limits'}: ${names}.`,
    rest: `${where}${unusual}${ofFiles ? ` ${ofFiles.lead}` : ''}`,
  }
}

/** The same of what files brought; undefined where none were read. */
function composeFilesSentence(files: Quality['files']): Quality['sentence'] | undefined {
  const rows = files.reduce((sum, one) => sum + one.rows, 0)
  const unreadable = [...new Map(files.map((one) => [one.source, one.unreadable])).values()].reduce(
    (sum, one) => sum + one,
    0,
  )
  if (rows === 0 && unreadable === 0) return undefined
  const broken = files.filter((one) => one.cells.some((cell) => cell.status === 'breach'))
  const sources = [...new Set(broken.map((one) => one.source))].join(', ')
  const lost = unreadable > 0 ? ` ${writeNumber(unreadable)} could not be read.` : ''
  return {
    status: broken.length > 0 || unreadable > 0 ? 'breach' : 'ok',
    lead:
      broken.length > 0
        ? `Rates of files are beyond their limits: ${sources}.${lost}`
        : `Rates of files are within their limits.${lost}`,
    rest: `${writeNumber(rows)} rows were read; no message came in the range.`,
  }
}
