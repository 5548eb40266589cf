import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { loadPresets } from './estate-presets.ts'
import { estateSchema } from './estate-schema.ts'

/**
 * Writes server/core/estate.schema.gen.json, the JSON Schema of the estate file, for editors: a first line
 * `# yaml-language-server: $schema=…/estate.schema.gen.json` in an estate gives completion and red lines.
 * Run by `npm run gen`; a test fails when the file is stale.
 */
export const schemaPath = fileURLToPath(new URL('./estate.schema.gen.json', import.meta.url))

/** The text of the generated file: what may be written in an estate, before defaults are filled in. */
export function generateEstateSchema(): string {
  const schema = z.toJSONSchema(estateSchema, { io: 'input', unrepresentable: 'any' })
  relaxPresets(schema as Schema)
  return `${JSON.stringify({ title: 'Plumbline estate', ...schema }, null, 2)}\n`
}

type Schema = {
  properties?: Record<string, Schema>
  items?: Schema
  oneOf?: Schema[]
  required?: string[]
  anyOf?: unknown[]
  const?: unknown
  enum?: unknown[]
}

/** A source that names a preset need not write what stands there; an editor offers those of its kind. */
function relaxPresets(estate: Schema): void {
  for (const source of estate.properties?.sources?.items?.oneOf ?? []) {
    const preset = source.properties?.preset
    const kind = source.properties?.kind?.const
    if (!preset) continue
    const names = [...loadPresets()].filter(([, one]) => one.source.kind === kind).map(([name]) => name)
    if (names.length === 0) {
      delete source.properties?.preset
      continue
    }
    preset.enum = names.sort()
    const always = ['source', 'kind', 'system']
    const rest = source.required?.filter((name) => !always.includes(name)) ?? []
    source.required = always
    if (rest.length > 0) source.anyOf = [{ required: ['preset'] }, { required: rest }]
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = generateEstateSchema()
  const old = readFile()
  if (old !== text) writeFileSync(schemaPath, text)
}

function readFile(): string {
  try {
    return readFileSync(schemaPath, 'utf8')
  } catch {
    return ''
  }
}
