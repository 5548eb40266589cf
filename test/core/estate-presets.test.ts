import Ajv2020 from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import type { PlumblineError } from '../../server/core/errors.ts'
import { parseEstate } from '../../server/core/estate.ts'
import { loadPresets } from '../../server/core/estate-presets.ts'
import { generateEstateSchema } from '../../server/core/generate-schema.ts'

const estate = (source: string) => `
name: Presets
currency: EUR
plants: [{ plant: HAM, name: Hamburg, time_zone: Europe/Berlin, currency: EUR }]
systems: [{ system: erp, name: ERP, role: erp }]
teams: [{ team: ops, name: Operations }]
sources:
  - source: s4
    system: erp
${source}`
const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(
  JSON.parse(generateEstateSchema()),
)
const problems = (source: string): string[] => {
  try {
    parseEstate(estate(source))
    return []
  } catch (error) {
    const details = (error as PlumblineError).details as { where: string; message: string }[]
    return details.map(({ where, message }) => `${where}: ${message}`)
  }
}

const ofOdata = [...loadPresets()].filter(([, { source }]) => source.kind === 'odata')
test.each(ofOdata)('%s is whole once a site has said what only it knows', (name, preset) => {
  const told: Record<string, string> = {
    url: 'https://s4.example/sap/opu/odata/sap/API',
    set: 'companies(1)/salesOrders',
    'plant.map': '',
  }
  expect(preset.title.length).toBeGreaterThan(0)
  expect(Object.keys(preset.expects).filter((path) => told[path] === undefined)).toEqual([])
  const written = Object.keys(preset.expects)
    .filter((path) => path !== 'plant.map')
    .map((path) => `    ${path}: ${told[path]}\n`)
    .join('')
  const text = `    kind: odata\n    preset: ${name}\n${written}    plant: { map: { '1010': HAM } }\n`
  expect(problems(text)).toEqual([])
  const [source] = parseEstate(estate(text)).pulledSources
  expect(JSON.stringify(source), 'nothing is left open').not.toMatch(/\{plant/)
  expect(validate(parse(estate(text))), JSON.stringify(validate.errors)).toBe(true)
})

const told: Record<string, string> = {
  rest: 'url: https://wms.example/api\n    plant: { const: HAM }\n',
  files: 'folder: /drop\n    pattern: "*"\n    plant: { const: HAM }\n',
  webhook:
    'verify: { token: { secrets_from: [TOKEN] } }\n    events: [{ type: a.b, key: Id, occurred_at: { const: "2026-01-05T08:00:00Z" } }]\n',
}
const others = [...loadPresets()].filter(([, { source }]) => source.kind !== 'odata')
test.each(others)('%s is whole, too', (name, preset) => {
  const kind = String(preset.source.kind)
  const text = `    kind: ${kind}\n    preset: ${name}\n    ${told[kind]}`
  expect(preset.title.length).toBeGreaterThan(0)
  expect(problems(text)).toEqual([])
  expect(JSON.stringify(parseEstate(estate(text)).sources), 'nothing is left open').not.toMatch(/\{,? ?plant/)
  expect(validate(parse(estate(text))), JSON.stringify(validate.errors)).toBe(true)
})

test('a preset of a webhook: what a site writes stands above it, and what stands beside a setting needs that setting', () => {
  const open = (more: string) =>
    parseEstate(
      estate(`    kind: webhook\n    preset: salesforce.cdc\n    ${told.webhook}${more}  - source: orders
    system: erp
    kind: odata
    preset: s4hana.sales_order
    url: https://s4.example/sap
    plant: { map: { '1010': HAM } }
`),
    ).sources[0]
  expect(open('')).not.toHaveProperty('notify')
  expect(open('    notify: { source: orders }\n    id: { header: x-id }\n')).toMatchObject({
    id: { header: 'x-id' },
    notify: { source: 'orders', key: expect.stringContaining('ChangeEventHeader') },
    partial: 'partial',
  })
  expect(problems(`    kind: rest\n    preset: salesforce.cdc\n`).join()).toContain(
    'sources[0].kind: "rest" does not fit; expected webhook, which "salesforce.cdc" (Salesforce, change data capture) is for',
  )
})

test('what a preset expects that is missing is said, with what it is', () => {
  expect(problems('    preset: s4hana.sales_order\n')).toEqual([
    'sources[0].url: is missing; "s4hana.sales_order" (S/4HANA, items of sales orders) expects the root of the service, such as https://HOST/sap/opu/odata/sap/API_SALES_ORDER_SRV',
    expect.stringContaining('sources[0].plant.map: is missing; "s4hana.sales_order"'),
  ])
  expect(problems('    kind: odata\n    preset: s4hana.sales_orders\n')).toContain(
    'sources[0].preset: "s4hana.sales_orders" is not a preset; did you mean s4hana.sales_order?',
  )
  expect(problems('    kind: odata\n    preset: sap\n').join()).toContain('expected one of')
})

test('what a site writes stands above its preset: a setting, a column, a whole rule', () => {
  const [source] = parseEstate(
    estate(`    preset: s4hana.sales_order
    url: https://s4.example/sap
    full: 7d
    query: { sap-client: 100 }
    plant: { map: { '1010': HAM, '1020': HAM } }
    cursor: { overlap: 10m }
    states: { order_lines: { partner: { const: C1 }, allocated_quantity: RequestedQuantity } }
`),
  ).pulledSources
  expect(source).toMatchObject({
    kind: 'odata',
    set: 'A_SalesOrder',
    full: 7 * 86_400_000,
    query: { 'sap-client': '100' },
    plant: { column: 'ProductionPlant', map: { '1010': 'HAM', '1020': 'HAM' } },
    cursor: { field: 'LastChangeDateTime', overlap: 600_000 },
    states: {
      order_lines: {
        partner: { const: 'C1' },
        allocated_quantity: { column: 'RequestedQuantity' },
        item: { column: 'Material' },
      },
    },
  })
  expect((source as { records: string }).records).toContain('ProductionPlant in ["1010","1020"]')
})

test.each([
  ['kind: odata', 'sources[0].url: is missing'],
  ['url: https://s4.example/API/$metadata', 'is not the root of a service'],
  ['query: { $filter: x }', 'sources[0].query.$filter: is written by Plumbline itself'],
  ['version: 2\n    changes: delta_link', '"delta_link" is not of V2'],
  ['paging: pages', 'sources[0].paging: "pages" does not fit; expected one of'],
])('%s', (line, message) => {
  const whole = `    kind: odata
    set: Stock
    states: { inventory_positions: { location: a, item: b, quantity: c } }
    cursor: { field: x }
`
  const url = /^(kind|url)/.test(line) ? '' : '    url: https://s4.example/API\n'
  const text = line.startsWith('kind') ? whole : `${whole}${url}    ${line}\n`
  expect(problems(text).join('\n')).toContain(message)
})

test('a source that follows nothing is told so', () => {
  const text = `    kind: odata
    url: https://s4.example/API
    set: Stock
    states: { inventory_positions: { location: a, item: b, quantity: c } }
`
  expect(problems(text)).toEqual([expect.stringContaining('sources[0].cursor: is missing')])
  expect(problems(`${text}    mode: snapshot\n`)).toEqual([])
  expect(problems(`${text}    changes: delta_link\n`)).toEqual([])
})
