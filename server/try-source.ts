import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadAdapters } from '../collectors/sources/index.ts'
import { newTally } from '../collectors/sources/pull/tally.ts'
import { sampleMessage } from '../collectors/sources/push/sample.ts'
import { type Sample, type Tried, tryRows } from '../collectors/sources/rows/sample.ts'
import { readSqlFolder } from '../sql/files.ts'
import { openStore } from '../sql/open.ts'
import type { Store } from '../sql/store.ts'
import { PlumblineError } from './core/errors.ts'
import { type Estate, loadEstate } from './core/estate.ts'
import { columnsOfPreset } from './core/estate-presets.ts'
import { type AdaptedSourceConfig, isPushed, type PushedSourceConfig } from './core/estate-schema.ts'
import { log } from './core/log.ts'

/** Of a source that is sent to us: where a message lies as it would come, and as JSON what comes beside it. */
type Message = { message?: string | undefined; beside?: string | undefined }

/**
 * Fetches a page of a source, or takes a message of one that is sent to us, and shows what its mapping makes of it; nothing is kept, and no cursor moves.
 * @returns whether every row could be taken
 * @throws PlumblineError when there is no such source, SourceError when it does not answer
 */
export async function trySource(
  name: string | undefined,
  estatePath: string,
  { message, beside }: Message = {},
  write: (text: string) => void = (text) => process.stdout.write(text),
): Promise<boolean> {
  const estate = loadEstate(estatePath)
  const source = estate.sources.find((each) => each.source === name)
  const known =
    estate.sources.flatMap((each) => (each.kind === 'events' ? [] : [each.source])).join(', ') || 'none'
  if (!source || source.kind === 'events')
    throw new PlumblineError(
      'source_unknown',
      name
        ? `"${name}" is not a source that can be tried; expected one of ${known}`
        : `try-source needs the name of a source: one of ${known}`,
    )
  const sent = isPushed(source) ? await readMessage(source, { message, beside }) : undefined
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-try-'))
  const store = await openStore({ dataFolder: folder })
  try {
    // what a load stages in, and what files are held against
    for (const [name, sql] of readSqlFolder('schema'))
      if (/^(0010|008\d)_/.test(name)) await store.command(sql)
    if (sent) {
      for (const key of sent.keys) write(`It names a key that is fetched from its source: ${key}\n`)
      if (sent.lines.length === 0 && sent.keys.length > 0) return true
      return await show(store, estate, sent, { source, cost: '' }, write)
    }
    const adapter = (await loadAdapters()).get(source.kind)
    const context = {
      estate,
      store,
      log,
      folder,
      settleMs: 0,
      push: undefined,
      spend: () => undefined,
      queue: { submit: refuse },
    }
    const opened = adapter?.open(source as never, context)
    if (!opened?.sample)
      throw new PlumblineError('source_untried', `Sources of kind ${source.kind} can't be tried`)
    const tally = newTally()
    const started = performance.now()
    const sample = await opened.sample(tally)
    const took = Math.round(performance.now() - started)
    await opened.close?.()
    const cost = tally.requests > 0 ? ` (${tally.requests} requests, ${tally.bytes} bytes, ${took} ms)` : ''
    if (tally.skew_ms !== null && Math.abs(tally.skew_ms) > 2000)
      write(`Its clock is ${Math.abs(tally.skew_ms)} ms ${tally.skew_ms > 0 ? 'ahead of' : 'behind'} ours.\n`)
    return await show(store, estate, sample, { source, cost }, write)
  } finally {
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function show(
  store: Store,
  estate: Estate,
  sample: Sample,
  { source, cost }: { source: AdaptedSourceConfig; cost: string },
  write: (text: string) => void,
): Promise<boolean> {
  const tried = await tryRows(store, estate, sample)
  const foreseen = columnsOfPreset('preset' in source ? source.preset : undefined)
  const isTaken = tried.rows > 0 && tried.taken === tried.rows
  write(`${source.source}, ${source.kind}: ${tried.rows} rows of ${sample.what}${cost}\n`)
  write(describe(sample, tried, estate, isTaken ? foreseen : new Set()))
  return isTaken && tried.absent.every((column) => foreseen.has(column))
}

async function readMessage(source: PushedSourceConfig, { message, beside }: Message) {
  if (message === undefined)
    throw new PlumblineError(
      'message_missing',
      `"${source.source}" is sent to us: there is nothing to fetch`,
      {
        mend: `Name the file of a message as it would come: plumbline try-source ${source.source} message.json`,
      },
    )
  return sampleMessage(source, readFileSync(message === '-' ? 0 : message), readBeside(beside))
}

function readBeside(text: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? '{}')
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>
  } catch {
    // said below
  }
  throw new PlumblineError('beside_unfit', `--beside is no object of JSON: ${text}`, {
    mend: `Write it as '{"topic":"plant/1"}'`,
  })
}

const refuse = async (): Promise<never> => {
  throw new Error('what is only tried is not loaded')
}

/** The sample beside what became of it, then what is wrong and how to mend it. */
function describe(sample: Sample, tried: Tried, estate: Estate, foreseen: ReadonlySet<string>): string {
  const out: string[] = []
  if (sample.raw?.[0]) out.push('', 'As it comes:', indent(cut(sample.raw[0], 1500)))
  for (const row of tried.examples) {
    out.push('', 'Row:', indent(cut(row.text, 1500)))
    for (const { entity, values } of row.states)
      out.push(`  → ${entity}${row.plant && ` of ${row.plant}`}: ${describeValues(values)}`)
    for (const { type, key, at } of row.events) out.push(`  → event ${type} of ${key}, ${at} UTC`)
    for (const reason of row.reasons) out.push(`  ✗ ${reason}`)
  }
  out.push('', `${tried.taken} of ${tried.rows} rows can be taken.`)
  if (tried.rows === 0)
    out.push('There is nothing to map: see that `items`, filters and the cursor leave something.')
  for (const { reason, rows, text } of tried.faults) out.push(`  ${rows} × ${text || reason}`)
  const spare = tried.absent.filter((column) => foreseen.has(column))
  const absent = tried.absent.filter((column) => !foreseen.has(column))
  if (spare.length > 0)
    out.push(
      `Its preset reads these, too, which none of them has: ${spare.join(', ')}. All can be taken without.`,
    )
  for (const column of absent) {
    const near = nearest(column, tried.has)
    out.push(`  "${column}" is in none of them${near ? `; is "${near}" meant?` : ''}`)
  }
  if (absent.length > 0) out.push('', 'They have:', indent(tried.has.join(', ')))
  if (tried.unexplained.length > 0) {
    out.push('', 'Codes that nobody has explained; the estate says what they stand for under `codes`:')
    for (const { column, value, rows } of tried.unexplained) out.push(`  ${column} "${value}", ${rows} rows`)
  }
  if (tried.faults.some(({ reason }) => reason.includes('not a unit of this estate')))
    out.push(
      '',
      `Units are named under \`units\`; there are ${[...estate.unitOf.keys()].join(', ') || 'none yet'}.`,
    )
  return `${out.join('\n')}\n`
}

const describeValues = (values: Record<string, string>) =>
  Object.entries(values)
    .filter(([, value]) => value !== '' && value !== '0' && !value.startsWith('1970-01-01'))
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')
const cut = (text: string, most: number) => (text.length > most ? `${text.slice(0, most)}…` : text)
const indent = (text: string) => text.replace(/^/gm, '  ')
const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '')

/** The name that differs in case and signs only, else one that holds the other. */
function nearest(name: string, names: string[]): string | undefined {
  const last = plain(name.split('.').at(-1) ?? name)
  return (
    names.find((each) => plain(each) === plain(name)) ??
    names.find((each) => plain(each.split('.').at(-1) ?? each) === last) ??
    names.find(
      (each) =>
        last.length > 2 &&
        (plain(each).includes(last) || last.includes(plain(each.split('.').at(-1) ?? each))),
    )
  )
}
