import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadAdapters } from '../../collectors/sources/index.ts'
import { loadChecks } from '../../reconcilers/check.ts'
import { parseCheckFile } from '../../reconcilers/check-file.ts'
import { foldSql, judgeParams, ruleOf } from '../../reconcilers/evaluate.ts'
import { everything } from '../../reconcilers/scope.ts'
import { currentStates, placeStates } from '../../reconcilers/states.ts'
import { tryChecks } from '../../reconcilers/try-checks.ts'
import { loadEstate, parseEstate } from '../../server/core/estate.ts'
import { estateSchema } from '../../server/core/estate-schema.ts'
import { entityOf } from '../../server/core/model.ts'
import { readPlaceholders, readSqlFolder } from '../../sql/files.ts'
import { migrate } from '../../sql/migrate.ts'
import type { Store } from '../../sql/store.ts'
import { goodEstate } from '../core/estate-text.ts'
import { house, listFiles, readHouseFile } from '../support/house.ts'
import { openEmptyStore } from '../support/store.ts'

// A folder is its own registry: a member is found by being there, and held to its contract here.
let store: Store
beforeAll(async () => {
  store = await openEmptyStore()
})
afterAll(() => store.close())

describe('checks', () => {
  const files = readSqlFolder('checks')
  const estate = parseEstate(
    goodEstate.replace(
      /checks:\n[\s\S]*$/,
      `checks:\n${[...files.keys()].map((name) => `  - { check: ${name}, team: ops }`).join('\n')}\n`,
    ),
  )
  /** What a run takes from a check's SQL; see the README. */
  const columns = [
    'plant',
    'key',
    'kh',
    'class',
    'item',
    'order_no',
    'left_rows',
    'right_rows',
    'left_value',
    'right_value',
    'difference',
    'unit',
    'amount',
    'currency',
    'changed_at',
  ]

  test.each([...files])('%s', async (name, text) => {
    const file = parseCheckFile(name, text)
    expect(file.title.length).toBeGreaterThan(0)
    expect(file.title.length, 'a title stands above a column').toBeLessThanOrEqual(60)
    expect(Object.keys(file.classes).length).toBeGreaterThan(0)
    const scenario = `test/scenarios/${name.replaceAll('_', '-')}.test.ts`
    expect(existsSync(join(house, scenario)), `${scenario} exists`).toBe(true)

    const check = loadChecks(estate).find((candidate) => candidate.check === name)
    if (!check) throw new Error(`${name} is not loaded`)
    const params = judgeParams(ruleOf(estate, check), [{ plant: 'HAM', run: '1', clock: new Date() }])
    for (const placeholder of readPlaceholders(check.sql).keys())
      expect(Object.keys(params), `{${placeholder}} is given`).toContain(placeholder)
    await tryChecks(store, estate, [check])
    // as a run does it
    const sql = `WITH ${foldSql(check, everything, currentStates)} SELECT * FROM (${placeStates(check.sql, currentStates)})`
    const described = await store.rows<{ name: string }>(`DESCRIBE (${sql})`, params)
    expect(described.map((column) => column.name)).toEqual(expect.arrayContaining(columns))
    expect(await store.rows(sql, params), 'of nothing it finds nothing').toEqual([])

    for (const { entity, key } of file.evidence)
      await store.rows(`SELECT ${key} AS key FROM ${entity} LIMIT 1`)
    for (const { entity } of file.evidence) expect(entityOf(entity).title).toBeTruthy()
    for (const cls of classesIn(check.sql))
      expect(Object.keys(file.classes), `class ${cls} has a name`).toContain(cls)
  })
  test('a stage that a check names is one of the demo estate, whose names the files take', () => {
    const known = loadEstate('server/demo/estate.yaml').flows.flatMap(({ flow, stages }) =>
      stages.map(({ stage }) => `${flow} ${stage}`),
    )
    const named = [...files].flatMap(([name, text]) => {
      const { flow, stages } = parseCheckFile(name, text)
      return stages.map((stage) => `${flow} ${stage}`)
    })
    expect(named.length).toBeGreaterThan(0)
    expect(known).toEqual(expect.arrayContaining(named))
  })
  test('a class belongs to one check: cases of a cause are grouped and filtered by it', () => {
    const classes = [...files].flatMap(([name, text]) => Object.keys(parseCheckFile(name, text).classes))
    expect(classes.length).toBe(new Set(classes).size)
  })
})

/** The classes a check's SQL can answer: the texts of the expression named class. */
function classesIn(sql: string): string[] {
  const end = sql.indexOf(') AS class')
  if (end < 0) return []
  let depth = 1
  let start = end
  while (depth > 0 && start > 0) {
    start--
    if (sql[start] === ')') depth++
    if (sql[start] === '(') depth--
  }
  return [...sql.slice(start, end).matchAll(/, '([a-z_]+)'/g)].map((match) => match[1] as string)
}

describe('queries', () => {
  const callers = listFiles('server', 'collectors', 'reconcilers', 'sql')
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.gen.ts'))
    .map(readHouseFile)
    .join('\n')

  test.each([...readSqlFolder('queries')])('%s', (name, sql) => {
    expect(sql, 'it starts with a line that says what it answers').toMatch(/^-- [A-Z0-9a-z].+\n/)
    expect(new RegExp(`query\\(\\s*'${name}'`).test(callers), 'somebody asks it by its name').toBe(true)
    expect(sql.replace(/--.*$/gm, '').includes(';'), 'it is one statement').toBe(false)
  })
})

describe('schema', () => {
  const files = readSqlFolder('schema')

  test.each([...files])('%s', (name, sql) => {
    expect(name).toMatch(/^\d{4}_[a-z0-9_]+$/)
    const statement = sql.replace(/--.*$/gm, '').trim()
    expect(statement).toMatch(
      /^(CREATE (TABLE|VIEW|MATERIALIZED VIEW) IF NOT EXISTS \w+ \/\*on cluster\*\/|ALTER TABLE \w+ \/\*on cluster\*\/\s+(ADD (COLUMN|INDEX|PROJECTION) IF NOT EXISTS|MODIFY SETTING \w+ =))/,
    )
    expect(statement.includes(';'), 'it is one statement').toBe(false)
    const engine = /ENGINE = (.*)/.exec(statement)?.[1] ?? ''
    if (/MergeTree/.test(engine))
      expect(engine, 'a cluster keeps copies of it').toMatch(/^\/\*replicated\*\//)
  })

  test('numbers are unique, so that the order is one', () => {
    const numbers = [...files.keys()].map((name) => name.slice(0, 4))
    expect(new Set(numbers).size).toBe(numbers.length)
  })

  test('bringing it up again changes nothing', async () => {
    const tables = () =>
      store.rows(
        `SELECT name, create_table_query FROM system.tables WHERE database = currentDatabase() AND NOT startsWith(name, '.inner') ORDER BY name`,
      )
    const before = await tables()
    expect(before.length).toBeGreaterThan(files.size / 2)
    await store.command('TRUNCATE TABLE schema_made')
    await migrate(store)
    expect(await tables()).toEqual(before)
  })
})

describe('charts', () => {
  const charts = listFiles('web/charts').filter((path) => path.endsWith('.ts'))

  test.each(charts)('%s', async (path) => {
    const chart = await import(pathToFileURL(join(house, path)).href)
    expect(typeof chart.default, 'it exports a function of rows').toBe('function')
  })
})

describe('sources', () => {
  const files = listFiles('collectors/sources').filter((path) => /sources\/(?!index)[^/]+\.ts$/.test(path))

  test.each(files)('%s', async (path) => {
    const { adapter } = await import(pathToFileURL(join(house, path)).href)
    expect(adapter).toMatchObject({ kind: expect.any(String), open: expect.any(Function) })
    expect(path, 'it is named after its kind').toBe(`collectors/sources/${adapter.kind}.ts`)
  })

  test('every kind that an estate can name has its adapter; events come in by themselves', async () => {
    const kinds = estateSchema.shape.sources.element.options.flatMap((option) => [
      ...option.shape.kind.values,
    ])
    expect([...(await loadAdapters()).keys(), 'events'].sort()).toEqual(kinds.sort())
  })
})
