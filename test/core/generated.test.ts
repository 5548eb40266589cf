import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { generateEstateSchema, schemaPath } from '../../server/core/generate-schema.ts'
import { entityNames, entityOf } from '../../server/core/model.ts'
import { generateQueryTypes } from '../../sql/generate.ts'
import { openEmptyStore } from '../support/store.ts'

const stale = 'it is stale: run `npm run gen` and commit what it writes'

describe('generated files are what `npm run gen` would write now', () => {
  test('server/core/estate.schema.gen.json', () => {
    expect(readFileSync(schemaPath, 'utf8') === generateEstateSchema(), stale).toBe(true)
  })

  test('sql/queries.gen.ts', async () => {
    const written = readFileSync(fileURLToPath(new URL('../../sql/queries.gen.ts', import.meta.url)), 'utf8')
    expect(written === (await generateQueryTypes()), stale).toBe(true)
  })
})

test('the schema for editors knows every setting, with its meaning', () => {
  const schema = JSON.parse(generateEstateSchema())
  expect(schema.required).toEqual(['name', 'currency', 'plants', 'systems', 'teams', 'sources'])
  expect(schema.additionalProperties).toBe(false)
  expect(schema.properties.checks.items.properties.grace.description).toMatch(/in flight/)
})

describe('the tables of entities hold every column of the model', async () => {
  const store = await openEmptyStore()
  const described = await store.rows<{ table: string; name: string; type: string }>(
    `SELECT table, name, type FROM system.columns WHERE database = currentDatabase()`,
  )
  await store.close()
  const columnsOf = (table: string) =>
    Object.fromEntries(described.filter((row) => row.table === table).map((row) => [row.name, row.type]))
  /** What each type of the model is to the engine. */
  const engineTypes = {
    key: /^String$/,
    code: /^LowCardinality\(String\)$/,
    text: /^String$/,
    decimal: /^Decimal\(\d+, 6\)$/,
    quantity: /^Decimal\(\d+, 6\)$/,
    price: /^Decimal\(\d+, 6\)$/,
    moment: /^DateTime64\(3, 'UTC'\)$/,
  }

  test.each(entityNames)('%s', (name) => {
    for (const table of [name, `${name}_log`]) {
      const columns = columnsOf(table)
      for (const [column, { type }] of Object.entries(entityOf(name).columns))
        expect(columns[column], `${table}.${column}`).toMatch(engineTypes[type])
    }
  })
})
