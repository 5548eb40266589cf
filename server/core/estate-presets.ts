import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { distance } from './estate-issues.ts'
import type { EstateProblem } from './estate-references.ts'

/** A source as a system of some make has it: a file of the folder presets. */
type Preset = {
  title: string
  /** what only the site knows: the path of a setting → what is expected there */
  expects: Record<string, string>
  /** settings of a source, under what the site writes itself */
  source: Settings
  /** more of them, each only where the site writes that setting itself */
  beside?: Record<string, Settings>
}
type Settings = Record<string, unknown>

const folder = new URL('./presets/', import.meta.url)
let read: Map<string, Preset> | undefined

/** All presets by their names, `s4hana.sales_order` for presets/s4hana/sales-order.yaml: being there is being known. */
export function loadPresets(): ReadonlyMap<string, Preset> {
  if (read) return read
  const name = (text: string) => text.replace(/\.yaml$/, '').replaceAll('-', '_')
  read = new Map()
  for (const maker of readdirSync(folder))
    for (const file of readdirSync(new URL(`${maker}/`, folder)))
      read.set(
        `${name(maker)}.${name(file)}`,
        parse(readFileSync(new URL(`${maker}/${file}`, folder), 'utf8')) as Preset,
      )
  return read
}

/**
 * Puts the settings of presets under those of the sources that name them, before anything is checked.
 * @returns the estate as if it were all written out, and what a preset expects that is not there
 */
export function expandPresets(raw: unknown): { raw: unknown; problems: EstateProblem[] } {
  const sources = isSettings(raw) ? raw.sources : undefined
  if (!Array.isArray(sources)) return { raw, problems: [] }
  const problems: EstateProblem[] = []
  const expanded = sources.map((source: unknown, index) => {
    if (!isSettings(source) || source.preset === undefined) return source
    const preset = loadPresets().get(String(source.preset))
    if (!preset) {
      problems.push({ path: `sources[${index}].preset`, message: describeUnknown(String(source.preset)) })
      return source
    }
    if (source.kind !== undefined && source.kind !== preset.source.kind)
      problems.push({
        path: `sources[${index}].kind`,
        message: `"${source.kind}" does not fit; expected ${preset.source.kind}, which "${source.preset}" (${preset.title}) is for`,
      })
    for (const [path, what] of Object.entries(preset.expects))
      if (valueAt(source, path) === undefined)
        problems.push({
          path: `sources[${index}].${path}`,
          message: `is missing; "${source.preset}" (${preset.title}) expects ${what}`,
        })
    const beside = Object.entries(preset.beside ?? {}).filter(([name]) => isSettings(source[name]))
    return fillPlants(merge({ ...preset.source, ...Object.fromEntries(beside) }, source), source)
  })
  return { raw: { ...(raw as Settings), sources: expanded }, problems }
}

/** The columns that rules of a preset read: not every row of every site has each of them. */
export function columnsOfPreset(name: string | undefined): ReadonlySet<string> {
  const found = new Set<string>()
  const walk = (rule: unknown): void => {
    if (typeof rule === 'string') found.add(rule)
    else if (Array.isArray(rule)) rule.forEach(walk)
    else if (isSettings(rule))
      for (const [key, value] of Object.entries(rule)) if (key !== 'const') walk(value)
  }
  const source = name === undefined ? undefined : loadPresets().get(name)?.source
  walk([source?.states ?? {}, source?.events ?? []])
  return found
}

function describeUnknown(name: string): string {
  const known = [...loadPresets().keys()]
  const near = known.find((each) => distance(each, name) <= 4)
  return `"${name}" is not a preset; ${near ? `did you mean ${near}?` : `expected one of ${known.join(', ')}`}`
}

/** Settings go together, down to each rule of a mapping; a rule that takes its value from elsewhere, and a list, replace. */
function merge(under: Settings, over: Settings): Settings {
  const made: Settings = { ...under }
  for (const [name, value] of Object.entries(over)) {
    const below = under[name]
    made[name] = isSettings(value) && isSettings(below) && !takesOver(value) ? merge(below, value) : value
  }
  return made
}

const takesOver = (rule: Settings) => ['column', 'const', 'join', 'header'].some((name) => name in rule)

/**
 * What a preset leaves open: the codes of the site's plants, as values of JSONata and as a condition of $filter, and the
 * field that names the plant, where what is fetched is listed.
 */
function fillPlants(settings: Settings, source: Settings): Settings {
  const map = valueAt(source, 'plant.map')
  const field = typeof source.plant === 'string' ? source.plant : valueAt(source, 'plant.column')
  const codes = isSettings(map) ? Object.keys(map).filter((code) => code !== '*') : []
  const write = (value: unknown): unknown => {
    if (typeof value === 'string')
      return value
        .replaceAll('{plants}', JSON.stringify(codes))
        .replaceAll('{plant map}', JSON.stringify(isSettings(map) ? map : {}))
        .replaceAll('{, plant field}', typeof field === 'string' ? `, ${field}` : '')
        .replace(/\{plants of (\w+)\}/g, (_, field: string) =>
          codes.map((code) => `${field} eq '${code.replaceAll("'", "''")}'`).join(' or '),
        )
    if (Array.isArray(value)) return value.map(write)
    if (!isSettings(value)) return value
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, write(each)]))
  }
  return write(settings) as Settings
}

const isSettings = (value: unknown): value is Settings =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const valueAt = (settings: Settings, path: string): unknown =>
  path.split('.').reduce<unknown>((value, name) => (isSettings(value) ? value[name] : undefined), settings)
