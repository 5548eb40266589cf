import { compareDecimals } from './decimal.ts'
import type { ContractConfig, FieldConfig } from './estate-contracts-schema.ts'
import type { EstateFile } from './estate-schema.ts'
import { type Column, type EntityName, entities } from './model.ts'

type Say = (path: string, message: string) => void
type Known = (path: string, name: string, names: string[], what: string) => void

/** Columns of a state besides those of its entity. */
const envelope = ['version', 'deleted']

/** What a schema can't see in contracts: versions that go together, flows that exist, rules that mean something. */
export function checkContracts(estate: EstateFile, known: Known, say: Say): void {
  const flowOf = new Map(
    estate.flows.flatMap((flow) =>
      [...flow.ends_early, ...flow.stages.map((stage) => stage.event)].map((type) => [type, flow.flow]),
    ),
  )
  const flows = estate.flows.map((flow) => flow.flow)
  estate.contracts.forEach((contract, index) => {
    const at = `contracts[${index}]`
    checkVersions(estate.contracts, contract, index, say)
    if (contract.flow !== undefined) {
      known(`${at}.flow`, contract.flow, flows, 'a flow')
      const own = flowOf.get(contract.event)
      if (own !== undefined && own !== contract.flow)
        say(`${at}.flow`, `"${contract.flow}" is not the flow of ${contract.event}; expected ${own}`)
    }
    const paths = contract.fields.map((field) => field.path)
    contract.fields.forEach((field, position) => {
      const place = `${at}.fields[${position}]`
      const first = paths.indexOf(field.path)
      if (first !== position)
        say(
          `${place}.path`,
          `"${field.path}" already has rules at fields[${first}]; expected one entry for it`,
        )
      checkPath(field.path, paths, `${place}.path`, say)
      checkRules(estate, field, place, say)
    })
  })
}

function checkVersions(all: ContractConfig[], contract: ContractConfig, index: number, say: Say): void {
  const at = `contracts[${index}]`
  const first = all.findIndex((other) => other.event === contract.event)
  const same = all.findIndex((other) => other.event === contract.event && other.version === contract.version)
  if (same !== index)
    say(
      `${at}.version`,
      `"${contract.version}" of ${contract.event} is already at contracts[${same}]; expected another`,
    )
  const from = (all[first] as ContractConfig).version_from
  const own = contract.version_from
  if (first !== index && from === undefined && own === undefined)
    say(
      `${at}.version_from`,
      `is missing; expected where a message of ${contract.event} states which version it is`,
    )
  else if (first !== index && own !== from)
    say(
      `${at}.version_from`,
      `${own === undefined ? 'is missing' : `"${own}" is not where contracts[${first}] of the same event has its version`}; expected ${from ?? 'none'}`,
    )
  if (contract.version_from?.includes('[]'))
    say(`${at}.version_from`, `"${contract.version_from}" stands in rows; expected one place`)
  const { deprecated, retired } = contract
  if (deprecated !== undefined && retired !== undefined && deprecated > retired)
    say(`${at}.deprecated`, `"${deprecated}" is after it is retired; expected a day before ${retired}`)
}

/** A path is a list or it is not, and holds a value or fields; states have the columns of their entity. */
function checkPath(path: string, all: string[], at: string, say: Say): void {
  for (const other of all) {
    const parts = path.split('.')
    other.split('.').forEach((part, depth) => {
      const own = parts[depth]
      if (own === undefined || own === part || own !== `${part}[]`) return
      if (parts.slice(0, depth).join('.') === other.split('.').slice(0, depth).join('.'))
        say(at, `"${path}" has rows where "${other}" has none; expected one of both`)
    })
    if (other.startsWith(`${path}.`))
      say(at, `"${path}" holds the field "${other}"; expected a path to a value`)
  }
  if (path.endsWith('[]')) say(at, `"${path}" is a list; expected a field of its rows, such as ${path}.item`)
  const [, entity, column] = /^data\.states(?:\.(\w+)(?:\[\])?(?:\.(.+))?)?$/.exec(path) ?? []
  if (!/^data\.states(\.|\[|$)/.test(path)) return
  const columns: Record<string, Column> | undefined = entities[entity as EntityName]?.columns
  if (!columns)
    say(at, `"${path}" is not a state; expected data.states. and one of ${Object.keys(entities).join(', ')}`)
  else if (!path.startsWith(`data.states.${entity}[].`))
    say(at, `"${path}" is not a field of a state; expected data.states.${entity}[]. and a column`)
  else if (!Object.hasOwn(columns, column ?? '') && !envelope.includes(column ?? ''))
    say(at, `"${column}" is not a column of ${entity}; expected one of ${Object.keys(columns).join(', ')}`)
}

/** A rule must be able to speak of a value of its type. */
function checkRules(estate: EstateFile, field: FieldConfig, at: string, say: Say): void {
  const isNumber = field.type === 'integer' || field.type === 'decimal'
  const means = (names: readonly (keyof FieldConfig)[], fits: boolean, what: string) => {
    for (const name of names)
      if (field[name] !== undefined && !fits)
        say(`${at}.${name}`, `"${field[name]}" has no meaning for type ${field.type}; it is for ${what}`)
  }
  means(['pattern', 'min_length', 'max_length'], field.type === 'text', 'text')
  means(['min', 'max', 'unit'], isNumber, 'numbers')
  means(['zone'], field.type === 'moment', 'moments')
  means(['values'], field.type === 'text' || isNumber, 'text and numbers')
  means(['reference'], field.type === 'text' || field.type === 'integer', 'text and whole numbers')
  const { min, max, min_length, max_length } = field
  if (min !== undefined && max !== undefined && compareDecimals(min, max) > 0)
    say(`${at}.min`, `"${min}" is above max; expected at most ${max}`)
  if (min_length !== undefined && max_length !== undefined && min_length > max_length)
    say(`${at}.min_length`, `"${min_length}" is above max_length; expected at most ${max_length}`)
  if (field.unit === undefined) return
  const holder = field.path.slice(0, field.path.lastIndexOf('.') + 1)
  if (holder === '' || !field.unit.startsWith(holder) || field.unit.slice(holder.length).match(/[.[]/))
    say(
      `${at}.unit`,
      `"${field.unit}" does not stand beside ${field.path}; expected a path such as ${holder || 'data.'}unit`,
    )
  if (estate.units.length === 0)
    say(`${at}.unit`, `"${field.unit}" can't be a unit, since the estate has none; expected units`)
}
