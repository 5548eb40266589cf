import type { Estate } from '../../server/core/estate.ts'
import type { ContractConfig, FieldConfig } from '../../server/core/estate-schema.ts'
import type { CloudEvent } from './cloud-event.ts'
import { compileField, type FieldRules, report } from './field-rules.ts'
import type { Findings } from './reasons.ts'
import { writeFound } from './state.ts'

/** The contract of one event type in one version, ready to be held against messages. */
export type Contract = {
  config: ContractConfig
  /** Adds everything that is wrong with the message. */
  check(event: CloudEvent, findings: Findings): void
}

/** Picks the contract of a message by its type and the version it states; undefined where there is none to hold it to. */
export type Contracts = (event: CloudEvent, occurred: Date, findings: Findings) => Contract | undefined

/** Compiles the contracts of the estate; done once per process. */
export function compileContracts(estate: Estate): Contracts {
  const versions = new Map<
    string,
    { newest: Contract; from: string | undefined; all: Map<string, Contract> }
  >()
  for (const config of estate.contracts) {
    const contract = compileContract(estate, config)
    const known = versions.get(config.event)
    if (!known)
      versions.set(config.event, {
        newest: contract,
        from: config.version_from,
        all: new Map([[config.version, contract]]),
      })
    else {
      known.all.set(config.version, contract)
      if (isNewer(config.version, known.newest.config.version)) known.newest = contract
    }
  }
  return (event, occurred, { reasons, deviations }) => {
    const known = versions.get(event.type)
    if (!known) return undefined
    const stated = known.from === undefined ? undefined : readVersion(event, known.from)
    const contract = stated === undefined ? known.newest : known.all.get(stated)
    if (!contract) {
      const expected = [...known.all.keys()].join(', ')
      reasons.add(
        'version.unknown',
        known.from as string,
        `expected one of ${expected}, found ${writeFound(stated)}`,
      )
      return undefined
    }
    const { retired, deprecated, version } = contract.config
    const day = retired === undefined && deprecated === undefined ? '' : occurred.toISOString().slice(0, 10)
    const where = known.from ?? 'type'
    if (retired !== undefined && day >= retired)
      reasons.add(
        'version.retired',
        where,
        `expected a version newer than ${version}, which is retired since ${retired}`,
      )
    else if (deprecated !== undefined && day >= deprecated) deviations.add(`version.deprecated ${where}`)
    return contract
  }
}

const isNewer = (version: string, than: string): boolean =>
  version.localeCompare(than, 'en', { numeric: true }) > 0

/** What a message says of its version: of a schema's address the last part. */
function readVersion(event: CloudEvent, from: string): string | undefined {
  let found: unknown = readAttribute(event, from)
  if (from.startsWith('data.')) {
    found = event.data
    for (const name of from.split('.').slice(1)) found = readOwn(found, name)
  } else if (from === 'dataschema')
    found = event.dataschema
      .split(/[/#:=]/)
      .at(-1)
      ?.replace(/^v(?=\d)/, '')
  return isAbsent(found) ? undefined : String(found)
}

/** A place in the data: the field that is there, or what is below it. `required` are the fields that must be there. */
type Place = {
  name: string
  hasRows: boolean
  rule: { config: FieldConfig; check: FieldRules } | undefined
  below: Map<string, Place>
  required: { config: FieldConfig; tail: string }[]
  /** states that say what is gone need not say more */
  isState: boolean
}

function compileContract(estate: Estate, config: ContractConfig): Contract {
  const root = createPlace('data')
  const attributes: { name: string; place: Place }[] = []
  for (const field of config.fields) {
    const parts = field.path.split('.')
    let place = parts.length === 1 ? createPlace(field.path) : root
    if (parts.length === 1) attributes.push({ name: field.path, place })
    for (const [depth, part] of parts.slice(1).entries()) {
      const name = part.replace('[]', '')
      const next = place.below.get(name) ?? createPlace(name)
      next.hasRows ||= part.endsWith('[]')
      next.isState = depth === 1 && parts[1] === 'states'
      place.below.set(name, next)
      if (field.required) next.required.push({ config: field, tail: parts.slice(depth + 1).join('.') })
      place = next
    }
    if (parts.length === 1 && field.required) place.required.push({ config: field, tail: field.path })
    place.rule = { config: field, check: compileField(estate, field, config.time.zone) }
  }
  const hasDataFields = root.below.size > 0
  const isUnknown = (name: string) => name !== 'states' && !root.below.has(name)
  return {
    config,
    check: (event, findings) => {
      for (const { name, place } of attributes)
        visit(place, readAttribute(event, name), '', undefined, findings)
      if (isObject(event.data) && !event.isBinary) {
        for (const place of root.below.values())
          visit(place, readOwn(event.data, place.name), 'data.', event.data, findings)
        if (config.additional !== 'allow')
          for (const name in event.data)
            if (isUnknown(name)) {
              if (config.additional === 'deviate') findings.deviations.add('field.unknown data')
              else
                findings.reasons.add(
                  'field.unknown',
                  `data.${name.slice(0, 60)}`,
                  'is not a field of the contract',
                )
            }
      } else if (hasDataFields)
        for (const place of root.below.values()) visit(place, undefined, 'data.', undefined, findings)
    },
  }
}

const createPlace = (name: string): Place => ({
  name,
  hasRows: false,
  rule: undefined,
  below: new Map(),
  required: [],
  isState: false,
})

function visit(
  place: Place,
  value: unknown,
  at: string,
  row: Record<string, unknown> | undefined,
  findings: Findings,
): void {
  if (isAbsent(value) || (place.hasRows && Array.isArray(value) && value.length === 0)) {
    for (const { config, tail } of place.required)
      report(config, findings, 'field.missing', at + tail, 'is missing')
    return
  }
  const path = at + place.name
  if (!place.hasRows) visitValue(place, value, path, row, findings)
  else if (Array.isArray(value))
    for (let index = 0; index < value.length; index++)
      visitValue(place, value[index], `${path}[${index}]`, row, findings)
  else findings.reasons.add('field.type', path, `expected a list, found ${writeFound(value)}`)
}

function visitValue(
  place: Place,
  value: unknown,
  path: string,
  row: Record<string, unknown> | undefined,
  findings: Findings,
): void {
  const { rule, below } = place
  if (rule) {
    const text = rule.check(value, path, row, findings)
    // the estate knows its plants; what systems state is for the engine to judge
    if (text !== undefined && rule.config.reference !== undefined && rule.config.reference !== 'plants')
      findings.refs.push({ path, entity: rule.config.reference, value: text })
    return
  }
  if (!isObject(value)) {
    findings.reasons.add('field.type', path, `expected an object, found ${writeFound(value)}`)
    return
  }
  if (place.isState && value.deleted === true) return
  for (const next of below.values()) visit(next, readOwn(value, next.name), `${path}.`, value, findings)
}

function readAttribute(event: CloudEvent, name: string): unknown {
  if (Object.hasOwn(event.extensions, name)) return event.extensions[name]
  return name === 'data' || name === 'extensions' ? undefined : readOwn(event, name)
}

const isAbsent = (value: unknown): boolean => value === undefined || value === null || value === ''
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
/** What an object itself has of the name, and not what every object has. */
const readOwn = (holder: unknown, name: string): unknown =>
  isObject(holder) && Object.hasOwn(holder, name) ? holder[name] : undefined
