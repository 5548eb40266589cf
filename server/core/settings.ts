import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { PlumblineError } from './errors.ts'

/** What a process does: everything, or one part of it beside processes that do the others. */
export const roles = ['all', 'collectors', 'reconcilers', 'api'] as const
export type Role = (typeof roles)[number]

/** What a process takes from its environment and flags; everything else is in the estate. */
export type Settings = {
  role: Role
  port: number
  host: string
  dataFolder: string
  /** the most the spool may hold of what is acknowledged and not yet stored */
  spoolBytes: number
  /** undefined: the demo estate */
  estatePath: string | undefined
  clickhouseUrl: string | undefined
  /** undefined: the server stands alone */
  cluster: string | undefined
  /** undefined: ourselves */
  otlpEndpoint: string | undefined
  /** where people open the product, for links in messages; undefined: where it listens */
  publicUrl: string | undefined
  /** bearer tokens; all empty on a loopback address means that whoever is on this machine may do everything */
  tokens: { read: string; operate: string; ingest: string; display?: string }
  /** what cookies are signed with; '' for one of the data folder's own */
  sessionKey: string
  /** who is to be given a new link to choose a password; '' nobody */
  invite: string
  demo: { seed: number; rate: number; hours: number; faults: number; endAt: Date | undefined }
}

const loopback = new Set(['127.0.0.1', 'localhost', '::1'])
export const isLoopback = (host: string): boolean => loopback.has(host.replace(/^\[|\]$/g, ''))

/**
 * Reads the settings.
 * @throws PlumblineError for a value that can't be used
 */
export function readSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  const host = env.HOST || '127.0.0.1'
  const tokens = {
    read: readSecret(env, 'PLUMBLINE_READ_TOKEN'),
    operate: readSecret(env, 'PLUMBLINE_OPERATE_TOKEN'),
    ingest: readSecret(env, 'PLUMBLINE_INGEST_TOKEN'),
    display: readSecret(env, 'PLUMBLINE_DISPLAY_TOKEN'),
  }
  if (tokens.display && !(tokens.read && tokens.operate && tokens.ingest))
    throw new PlumblineError(
      'setting_invalid',
      'PLUMBLINE_DISPLAY_TOKEN is set, but not all the tokens that open the rest: nobody could read or send anything.',
      {
        where: 'PLUMBLINE_DISPLAY_TOKEN',
        mend: 'Set PLUMBLINE_READ_TOKEN, PLUMBLINE_OPERATE_TOKEN and PLUMBLINE_INGEST_TOKEN too; without any token the wall needs none.',
      },
    )
  return {
    role: readRole(env),
    port: number(env, 'PORT', 8080, 0, 65_535),
    host,
    dataFolder: resolve(env.PLUMBLINE_DATA || './data'),
    spoolBytes: number(env, 'PLUMBLINE_SPOOL_MIB', 1024, 1, 2 ** 24) * 2 ** 20,
    estatePath: env.PLUMBLINE_ESTATE || undefined,
    clickhouseUrl: env.CLICKHOUSE_URL || undefined,
    cluster: readCluster(env),
    otlpEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT || undefined,
    publicUrl: address(env, 'PLUMBLINE_URL'),
    tokens,
    sessionKey: readSecret(env, 'PLUMBLINE_SESSION_KEY'),
    invite: env.PLUMBLINE_INVITE ?? '',
    demo: {
      seed: number(env, 'PLUMBLINE_DEMO_SEED', 1, 0, 2 ** 31),
      rate: number(env, 'PLUMBLINE_DEMO_RATE', 1, 0.01, 1000),
      hours: number(env, 'PLUMBLINE_DEMO_HOURS', 168, 1, 24 * 31),
      faults: number(env, 'PLUMBLINE_DEMO_FAULTS', 1, 0, 20),
      endAt: moment(env, 'PLUMBLINE_DEMO_END'),
    },
  }
}

/**
 * Holds an address that others can reach to what protects it: they say who they are, and over TLS.
 * @param signsIn whether people sign in, by the estate
 * @throws PlumblineError `address_unprotected`
 */
export function expectProtected({ host, tokens, publicUrl }: Settings, signsIn: boolean): void {
  if (isLoopback(host)) return
  const refuse = (what: string, mend: string) => {
    throw new PlumblineError('address_unprotected', `HOST is ${host}, which others can reach, but ${what}.`, {
      where: 'HOST',
      mend: `${mend} Or listen on 127.0.0.1.`,
    })
  }
  if (!signsIn && !(tokens.read && tokens.operate && tokens.ingest))
    refuse(
      'nobody signs in (access.sign_in of the estate), and the tokens that protect it are not all set',
      'Let people sign in, or set PLUMBLINE_READ_TOKEN, PLUMBLINE_OPERATE_TOKEN and PLUMBLINE_INGEST_TOKEN (or the same names with _FILE).',
    )
  if (!publicUrl?.startsWith('https:'))
    refuse(
      'no TLS stands before it: passwords and tokens would go over the line as they are',
      'Put a proxy with a certificate before it, and say its address in PLUMBLINE_URL: https://….',
    )
}

function readRole(env: NodeJS.ProcessEnv): Role {
  const name = env.PLUMBLINE_ROLE || 'all'
  const role = roles.find((each) => each === name)
  const refuse = (what: string, mend: string) =>
    new PlumblineError('setting_invalid', `The role is "${name}"${what}`, {
      where: '--role (PLUMBLINE_ROLE)',
      mend,
    })
  if (!role) throw refuse(', which there is none of', `Name one of ${roles.join(', ')}.`)
  if (role !== 'all' && !env.CLICKHOUSE_URL)
    throw refuse(
      ', but CLICKHOUSE_URL is not set: the embedded engine belongs to one process',
      'Set CLICKHOUSE_URL to the server that all roles share, or start with --role all.',
    )
  return role
}

/** The name of a cluster; it becomes a part of statements, where no value can be bound. */
function readCluster(env: NodeJS.ProcessEnv): string | undefined {
  const name = env.PLUMBLINE_CLUSTER
  if (!name) return undefined
  const problem = !/^[A-Za-z_][\w-]*$/.test(name)
    ? `is "${name}"; expected the name of a cluster: letters, digits, - and _`
    : env.CLICKHOUSE_URL
      ? undefined
      : 'is set, but CLICKHOUSE_URL is not: the embedded engine is no node of a cluster'
  if (!problem) return name
  throw new PlumblineError('setting_invalid', `PLUMBLINE_CLUSTER ${problem}`, {
    where: 'PLUMBLINE_CLUSTER',
    mend: 'Name the cluster as the remote_servers of the server do, and in CLICKHOUSE_URL one of its nodes.',
  })
}

function number(env: NodeJS.ProcessEnv, name: string, fallback: number, least: number, most: number): number {
  const text = env[name]
  if (text === undefined || text === '') return fallback
  const value = Number(text)
  if (Number.isFinite(value) && value >= least && value <= most) return value
  throw new PlumblineError(
    'setting_invalid',
    `${name} is "${text}"; expected a number from ${least} to ${most}`,
    { where: name },
  )
}

/** An address, without a slash at its end. */
function address(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const text = env[name]
  if (text === undefined || text === '') return undefined
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text.replace(/\/+$/, '')
  throw new PlumblineError(
    'setting_invalid',
    `${name} is "${text}"; expected an address such as https://plumbline.example.com`,
    { where: name },
  )
}

/** A past moment, ISO 8601. */
function moment(env: NodeJS.ProcessEnv, name: string): Date | undefined {
  const text = env[name]
  if (text === undefined || text === '') return undefined
  const value = new Date(text)
  if (value.getTime() <= Date.now()) return value
  throw new PlumblineError(
    'setting_invalid',
    `${name} is "${text}"; expected a moment in the past, such as 2026-11-01T12:00:00Z`,
    { where: name },
  )
}

/** A secret from the environment, or from the file that NAME_FILE names. */
export function readSecret(env: NodeJS.ProcessEnv, name: string): string {
  const file = env[`${name}_FILE`]
  if (!file) return env[name] ?? ''
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    throw new PlumblineError(
      'secret_unreadable',
      `${name}_FILE cannot be read: ${(error as Error).message}`,
      { where: `${name}_FILE` },
    )
  }
}
