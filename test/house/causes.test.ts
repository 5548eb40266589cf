import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseCauseFile } from '../../reconcilers/cause.ts'
import { factParams } from '../../reconcilers/cause-facts.ts'
import { loadChecks } from '../../reconcilers/check.ts'
import { parseEstate } from '../../server/core/estate.ts'
import { readPlaceholders, readSqlFolder } from '../../sql/files.ts'
import type { Store } from '../../sql/store.ts'
import { goodEstate } from '../core/estate-text.ts'
import { readHouseFile } from '../support/house.ts'
import { openEmptyStore } from '../support/store.ts'

// sql/causes is a registry: a cause is found by being there, and held to its contract here.
let store: Store
beforeAll(async () => {
  store = await openEmptyStore()
})
afterAll(() => store.close())

const estate = parseEstate(
  goodEstate.replace(
    /checks:\n[\s\S]*$/,
    `checks:\n${[...readSqlFolder('checks').keys()].map((name) => `  - { check: ${name}, team: ops }`).join('\n')}\n`,
  ),
)
const checks = loadChecks(estate)
const classes = checks.flatMap((check) => Object.keys(check.classes))

test.each([...readSqlFolder('causes')])('%s', async (name, text) => {
  const file = parseCauseFile(name, text)
  expect(file.title.length).toBeGreaterThan(0)
  if (file.explains !== 'all') expect(classes).toEqual(expect.arrayContaining(file.explains))

  const check = checks[0]
  if (!check) throw new Error('no check is loaded')
  const params = factParams(
    estate,
    [{ check, applied: [{ plant: 'HAM', run: '1', clock: new Date() }] }],
    'none',
    new Date(),
  )
  const wanted = [...readPlaceholders(file.sql).keys()]
  expect(Object.keys(params), 'what it asks for is given').toEqual(expect.arrayContaining(wanted))
  const bound = Object.fromEntries(Object.entries(params).filter(([key]) => wanted.includes(key)))
  const described = await store.rows<{ name: string }>(`DESCRIBE (${file.sql})`, bound)
  expect(described.map((column) => column.name)).toEqual(
    expect.arrayContaining(['number', 'score', 'evidence', 'shared']),
  )
  expect(await store.rows(file.sql, bound), 'of nothing it finds nothing').toEqual([])
  expect(
    ['causes', 'causes-of-flows'].some((file) =>
      readHouseFile(`test/scenarios/${file}.test.ts`).includes(`'${name}'`),
    ),
    'a scenario in test/scenarios/causes.test.ts or causes-of-flows.test.ts ends in it',
  ).toBe(true)
})
