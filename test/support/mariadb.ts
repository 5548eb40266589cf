import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A real MariaDB on a port of its own. */
export type Mariadb = {
  port: number
  run(sql: string): string
  close(): Promise<void>
}

/** Whether Debian's mariadb-server is on the PATH. */
export function hasMariadb(): boolean {
  try {
    execFileSync('mariadbd', ['--version'], { stdio: 'pipe' })
    return true
  } catch {
    return false
  }
}

/** Starts one in a folder of its own, with a database `wms`; its zone is none that anything here assumes. */
export async function startMariadb(): Promise<Mariadb> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-mariadb-'))
  const data = join(folder, 'data')
  const socket = join(folder, 'socket')
  mkdirSync(data)
  // it does not run as root: whoever is root runs it as nobody
  const isRoot = process.getuid?.() === 0
  if (isRoot) {
    chmodSync(tmpdir(), (statSync(tmpdir()).mode & 0o7777) | 0o011)
    for (const path of [folder, data]) chownSync(path, 65_534, 65_534)
  }
  const user = isRoot ? ['--user=nobody'] : []
  // where it is not installed, but lies somewhere, its files are beside its programs
  const base = process.env.MARIADB_BASE ? [`--basedir=${process.env.MARIADB_BASE}`] : []
  execFileSync(
    'mariadb-install-db',
    [
      '--no-defaults',
      ...base,
      `--datadir=${data}`,
      `--tmpdir=${folder}`,
      ...user,
      '--auth-root-authentication-method=normal',
    ],
    { stdio: 'pipe' },
  )
  const free = createServer().listen(0, '127.0.0.1')
  await once(free, 'listening')
  const { port } = free.address() as { port: number }
  free.close()
  await once(free, 'close')
  const server = spawn(
    'mariadbd',
    [
      ...[
        '--no-defaults',
        ...base,
        `--datadir=${data}`,
        `--tmpdir=${folder}`,
        ...user,
        `--port=${port}`,
        `--socket=${socket}`,
      ],
      ...[
        '--bind-address=127.0.0.1',
        '--skip-name-resolve',
        '--default-time-zone=+05:30',
        '--innodb-flush-log-at-trx-commit=0',
      ],
    ],
    { stdio: 'ignore' },
  )
  const run = (sql: string) =>
    execFileSync(
      'mariadb',
      ['--no-defaults', '--default-character-set=utf8mb4', '-S', socket, '-u', 'root', '-e', sql],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
    )
  for (;;)
    try {
      run('CREATE DATABASE wms CHARACTER SET utf8mb4')
      break
    } catch (error) {
      if (server.exitCode !== null) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  return {
    port,
    run: (sql) => run(`USE wms; ${sql}`),
    close: async () => {
      const ended = once(server, 'exit')
      server.kill()
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
