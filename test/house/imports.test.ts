import { describe, expect, test } from 'vitest'
import { listFiles, readImports } from '../support/house.ts'

/** Where a file may import from besides packages; the longest room that holds the file counts. */
const may: Record<string, string[]> = {
  sql: ['sql', 'server/core'],
  'server/core': ['server/core', 'sql'],
  'server/access': ['server/access', 'server/core', 'sql'],
  'server/api': ['server/api', 'server/access', 'server/core', 'sql'],
  // of the ways in only what speaks to a bucket
  'server/backup': [
    'server/backup',
    'server/core',
    'sql',
    'collectors/sources/files',
    'collectors/sources/pull',
  ],
  'server/demo': ['server/demo', 'server/core'],
  'server/roles': ['server/roles', 'server/api', 'server/core', 'collectors', 'reconcilers', 'sql'],
  collectors: ['collectors', 'server/core', 'sql'],
  reconcilers: ['reconcilers', 'server/core', 'sql'],
  web: ['web'],
}
/** These put the rooms together, and see all. */
const joiners = ['server/main.ts', 'server/start.ts', 'server/try-source.ts', 'server/audit-verify.ts']

const isIn = (path: string, room: string) => path === room || path.startsWith(`${room}/`)
const files = listFiles('server', 'collectors', 'reconcilers', 'sql', 'web').filter((path) =>
  /\.(ts|tsx)$/.test(path),
)

describe('the import rule', () => {
  test.each(Object.entries(may))('%s sees only %j and packages', (room, allowed) => {
    const members = files.filter((path) => isIn(path, room))
    expect(members.length).toBeGreaterThan(0)
    const broken = members.flatMap((path) =>
      readImports(path)
        .filter((found) => found.isOurs && !allowed.some((other) => isIn(found.target, other)))
        // a page takes the shapes of answers, and the demo those of what it is handed; nothing of them runs there
        .filter((found) => !(found.isType && (room === 'web' || room === 'server/demo')))
        .map((found) => `${path} imports ${found.target}`),
    )
    expect(broken).toEqual([])
  })

  test('every file is in a room with a rule, or joins the rooms', () => {
    const strays = files.filter(
      (path) => !joiners.includes(path) && !Object.keys(may).some((room) => isIn(path, room)),
    )
    expect(strays).toEqual([])
  })

  test('nothing outside test imports a test, and nothing imports the joiners but the command', () => {
    const broken = files.flatMap((path) =>
      readImports(path)
        .filter(({ target }) => isIn(target, 'test') || joiners.includes(target))
        .map(({ target }) => `${path} imports ${target}`),
    )
    expect([...new Set(broken)].sort()).toEqual([
      'server/main.ts imports server/audit-verify.ts',
      'server/main.ts imports server/start.ts',
      'server/main.ts imports server/try-source.ts',
    ])
  })

  test('the scan sees every way to import', () => {
    expect(readImports('server/main.ts').map(({ target }) => target)).toEqual(
      expect.arrayContaining(['server/core/errors.ts', 'server/start.ts', 'reconcilers/check.ts']),
    )
    expect(readImports('web/lib/api.ts')).toContainEqual({
      target: 'server/api/schemas/common.ts',
      isOurs: true,
      isType: true,
    })
  })
})
