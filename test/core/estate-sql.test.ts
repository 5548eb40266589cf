import { expect, test } from 'vitest'
import type { PlumblineError } from '../../server/core/errors.ts'
import { filesEstate } from '../support/files-world.ts'

const good = `  - source: stock
    kind: sql
    dialect: postgresql
    system: wms
    host: db.example.com
    database: wms
    user: reader
    password_from: STOCK_PASSWORD
    table: stock
    cursor: { field: changed_at }
    key: [item]
    plant: { const: HAM }
    states: { inventory_positions: { location: location, item: item, quantity: quantity } }
`
const problems = (sources: string) => {
  try {
    filesEstate('', sources)
    return []
  } catch (error) {
    return ((error as PlumblineError).details as { where: string; message: string }[]).map(
      ({ where, message }) => `${where}: ${message}`,
    )
  }
}

test('a source of SQL is understood', () => {
  expect(problems(good)).toEqual([])
})

test.each([
  ['    table: stock\n', '', 'sources[0].table: is needed, or else query; expected one of the two'],
  [
    '    table: stock\n',
    '    query: SELECT 1\n    where: a = 1\n',
    'sources[0].where: belongs to a table; expected it inside of query',
  ],
  [
    '    table: stock\n',
    '    query: "SELECT 1; DELETE FROM stock"\n',
    'sources[0].query: "SELECT 1; DELETE FROM stock" does not fit; expected one statement, without a semicolon',
  ],
  ['    user: reader\n', '', 'sources[0].user: is needed, or else user_from; expected one of the two'],
  [
    '    cursor: { field: changed_at }\n',
    '',
    'sources[0].cursor: is missing; expected the column that says how new a row is, or mode snapshot',
  ],
  [
    '    key: [item]\n',
    '',
    'sources[0].key: is missing; expected the columns that tell one row from another',
  ],
  [
    '    key: [item]\n',
    '    key: [item]\n    columns: [item, quantity]\n',
    'sources[0].cursor.field: "changed_at" is not among the columns; expected it there',
  ],
  [
    '    key: [item]\n',
    '    key: [item]\n    auth: { bearer: { token_from: TOKEN } }\n',
    'sources[0].auth: is for sources over HTTP; expected user and password_from',
  ],
  [
    '    key: [item]\n',
    '    key: [item]\n    records: $\n',
    'sources[0].records: is for items of an API; expected rows as they are to be, by query',
  ],
  [
    '    key: [item]\n',
    '    key: [item]\n    limits: { per_second: 1 }\n',
    'sources[0].limits.per_second: is for sources over HTTP; expected a longer poll',
  ],
  [
    'dialect: postgresql',
    'dialect: mysql\n    tls: {}',
    'sources[0].tls: can not be had of mysql, which the engine asks without; expected a tunnel, and its end as host',
  ],
  [
    'host: db.example.com',
    'host: db1|db2',
    'sources[0].host: "db1|db2" does not fit; expected the name or IPv4 address of a host',
  ],
])('instead of %j: %j is refused', (from, to, said) => {
  expect(problems(good.replace(from, to))).toContain(said)
})

test('two sources of PostgreSQL have one tls', () => {
  const first = good.replace('key: [item]', 'key: [item]\n    tls: { ca_from: ONE_CA }')
  const second = first.replace('source: stock', 'source: other')
  expect(problems(first + second)).toEqual([])
  expect(problems(first + second.replace('ONE_CA', 'OTHER_CA'))).toEqual([
    'sources[1].tls: differs from that of stock; expected the same for every source of PostgreSQL',
  ])
})
