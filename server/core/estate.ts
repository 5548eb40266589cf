import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { type Document, LineCounter, parseDocument, type YAMLParseError } from 'yaml'
import { describeError, PlumblineError } from './errors.ts'
import { describeIssues } from './estate-issues.ts'
import { expandPresets } from './estate-presets.ts'
import { checkReferences, type EstateProblem } from './estate-references.ts'
import {
  type AdaptedSourceConfig,
  type EstateFile,
  type EventsSourceConfig,
  estateSchema,
  type FilesSourceConfig,
  type SystemConfig,
} from './estate-schema.ts'
import { trimZeros, type Unit } from './units.ts'

/** The estate as the process uses it: the validated file and the look-ups that follow from it. */
export type Estate = EstateFile & {
  /** Absolute path of the file, '' for text; relative folders start from its folder. */
  path: string
  /** SHA-256 of its text */
  digest: string
  plantOf: ReadonlyMap<string, EstateFile['plants'][number]>
  systemOf: ReadonlyMap<string, SystemConfig>
  flowOf: ReadonlyMap<string, EstateFile['flows'][number]>
  teamOf: ReadonlyMap<string, EstateFile['teams'][number]>
  eventSources: EventsSourceConfig[]
  fileSources: FilesSourceConfig[]
  /** Those that an adapter opens: that we fetch, files among them, or that send to us in their own words */
  pulledSources: AdaptedSourceConfig[]
  /** CloudEvents source → the estate's source */
  originOf: ReadonlyMap<string, EventsSourceConfig>
  /** any spelling of a unit → base unit and factors (decimal text) */
  unitOf: ReadonlyMap<string, Unit>
  /** systems of a role that serve a plant */
  systemsOf(role: string, plant: string): SystemConfig[]
  /** what one unit of the currency is worth in the reporting currency (decimal text) */
  rateOf(currency: string): string
}

/**
 * Reads and validates an estate file as a whole.
 * @throws PlumblineError `estate_invalid` with every problem found: its path, the value and what was expected
 */
export function loadEstate(path: string): Estate {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new PlumblineError(
      'estate_unreadable',
      `The estate file ${path} cannot be read: ${(error as Error).message}`,
      {
        mend: 'Name an existing file by PLUMBLINE_ESTATE, or leave it unset for the demo estate.',
      },
    )
  }
  return parseEstate(text, resolve(path))
}

/** The same for text that is already read; `path` is only used in messages and to resolve relative folders. */
export function parseEstate(text: string, path = ''): Estate {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true })
  const fault = document.errors[0]
  if (fault) {
    const at = lines.linePos(fault.pos[0])
    refuse(path, [{ path: `line ${at.line}, column ${at.col}`, message: describeFault(fault) }])
  }
  const { raw, problems: expected } = expandPresets(readDocument(document, path))
  const parsed = estateSchema.safeParse(raw)
  if (!parsed.success) {
    const said = new Set(expected.map((problem) => problem.path))
    const found = describeIssues(parsed.error.issues, raw, estateSchema)
    refuse(path, [...expected, ...found.filter((problem) => !said.has(problem.path))])
  }
  if (expected.length > 0) refuse(path, expected)
  const problems = checkReferences(parsed.data)
  if (problems.length > 0) refuse(path, problems)
  return buildEstate(parsed.data, path, createHash('sha256').update(text).digest('hex'))
}

/** The document as plain values. An anchor that does not exist, or a bomb of anchors, only shows here. */
function readDocument(document: Document, path: string): unknown {
  let raw: unknown
  try {
    raw = document.toJS()
  } catch (error) {
    refuse(path, [{ path: '(the file)', message: `not valid YAML: ${describeError(error)}` }])
  }
  if (raw === null || raw === undefined) {
    const settings = Object.keys(estateSchema.shape).filter((name) => !name.startsWith('$'))
    refuse(path, [{ path: '(the file)', message: `is empty; expected the settings ${settings.join(', ')}` }])
  }
  return raw
}

/** A fault of syntax in one line, without the place, which is said beside it. */
function describeFault(fault: YAMLParseError): string {
  if (fault.code === 'MULTIPLE_DOCS')
    return 'another document starts here; expected one document, without "---"'
  const text = (fault.message.split('\n')[0] as string).replace(/ at line \d+, column \d+:?$/, '')
  return `not valid YAML: ${text}`
}

function refuse(path: string, problems: EstateProblem[]): never {
  const list = problems.map((problem) => `  ${problem.path}: ${problem.message}`).join('\n')
  throw new PlumblineError(
    'estate_invalid',
    `The estate ${path || 'file'} is not valid; nothing was started.\n${list}`,
    {
      mend: 'Mend the values named and try again; `plumbline check-config FILE` checks without starting.',
      details: problems.map((problem) => ({ where: problem.path, message: problem.message })),
    },
  )
}

function buildEstate(file: EstateFile, path: string, digest: string): Estate {
  const folder = path ? dirname(path) : process.cwd()
  const sources = file.sources.map((source) =>
    source.kind === 'files' && source.folder !== undefined
      ? { ...source, folder: resolve(folder, expandEnvironment(source.folder)) }
      : source,
  )
  const eventSources = sources.filter((source) => source.kind === 'events')
  const fileSources = sources.filter((source) => source.kind === 'files')
  const units = new Map<string, Unit>()
  for (const { unit, base, factor, aliases, items } of file.units) {
    const own = Object.entries(items).map(([item, each]) => [trimZeros(item), each] as const)
    const made = { unit: base ?? unit, factor: factor ?? '1', ...(own.length > 0 && { items: new Map(own) }) }
    for (const name of [unit, ...aliases]) units.set(name, made)
  }
  return {
    ...file,
    sources,
    path,
    digest,
    plantOf: new Map(file.plants.map((plant) => [plant.plant, plant])),
    systemOf: new Map(file.systems.map((system) => [system.system, system])),
    flowOf: new Map(file.flows.map((flow) => [flow.flow, flow])),
    teamOf: new Map(file.teams.map((team) => [team.team, team])),
    eventSources,
    fileSources,
    pulledSources: sources.filter((source) => source.kind !== 'events'),
    originOf: new Map(eventSources.map((source) => [source.origin ?? source.system, source])),
    unitOf: units,
    systemsOf: (role, plant) =>
      file.systems.filter(
        (system) => system.role === role && (!system.plants || system.plants.includes(plant)),
      ),
    rateOf: (currency) => (currency === file.currency ? '1' : (file.rates?.values[currency] ?? '1')),
  }
}

/** `${NAME}` in a folder; the references check has made sure that it is set. */
function expandEnvironment(text: string): string {
  return text.replace(/\$\{(\w+)\}/g, (_, name: string) => process.env[name] ?? '')
}
