import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SqlSourceConfig } from '../../../server/core/estate-sql-schema.ts'
import { readNeeded } from '../http/auth.ts'
import type { SourceContext } from '../index.ts'
import { SourceError } from '../pull/failure.ts'

/**
 * Tells the engine's client of PostgreSQL, by the environment of the process, what its table function has no argument
 * for: texts are UTF-8 whatever the database holds, and where a source says `tls` the server must prove who it is. What
 * is set already stays as it is.
 * @throws SourceError where the engine is a server, whose environment is its own
 */
export function readyEnvironment(
  source: SqlSourceConfig,
  { store, folder }: Pick<SourceContext, 'store' | 'folder'>,
  env: NodeJS.ProcessEnv = process.env,
): void {
  if (store.engine !== 'chdb') {
    if (source.tls)
      throw new SourceError('tls_elsewhere', 'It says tls, but the ClickHouse server opens the connection', {
        mend: 'Remove tls, and set PGSSLMODE=verify-full and PGSSLROOTCERT where that server runs',
      })
    return
  }
  env.PGCLIENTENCODING ??= 'UTF8'
  env.PGAPPNAME ??= 'plumbline'
  if (!source.tls) return
  const keep = (name: string, variable: string | undefined): string | undefined => {
    if (variable === undefined) return undefined
    const path = join(folder, `postgresql-${name}.pem`)
    mkdirSync(folder, { recursive: true })
    writeFileSync(path, readNeeded(env, variable), { mode: 0o600 })
    return path
  }
  env.PGSSLMODE = 'verify-full'
  env.PGSSLROOTCERT = keep('ca', source.tls.ca_from) ?? 'system'
  const cert = keep('cert', source.tls.cert_from)
  const key = keep('key', source.tls.key_from)
  if (cert) env.PGSSLCERT = cert
  if (key) env.PGSSLKEY = key
}
