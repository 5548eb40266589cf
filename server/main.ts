import { parseArgs } from 'node:util'
import type { Manifest } from './backup/manifest.ts'
import { describeError, PlumblineError } from './core/errors.ts'
import { loadEstate } from './core/estate.ts'
import { readSettings } from './core/settings.ts'

const usage = `plumbline <command>

  start              start the product; http://127.0.0.1:8080 unless PORT and HOST say otherwise
    --role ROLE      all (default), or on a server by CLICKHOUSE_URL one of collectors, reconcilers, api
  check-config FILE  validate an estate file without starting anything
  try-source ID      fetch a page of a source of PLUMBLINE_ESTATE and show what its mapping makes of it; writes nothing
    MESSAGE          of a source that is sent to us: the file of a message as it would come, or - for what is piped in
    --beside JSON    what comes beside the message, such as '{"topic":"plant/1"}' or '{"headers":{"x-kind":"stock"}}'
  migrate            bring the store's schema up, and stop
  backup PLACE       write everything to a folder that is not there yet, or to s3://bucket/prefix; the product is stopped meanwhile
    --of URL         instead, let a product that runs there make one, to where its estate says; PLUMBLINE_TOKEN says who asks
  restore PLACE      make an empty PLUMBLINE_DATA what it was when that backup was made
  audit-verify FILE  verify an export of the audit trail: whether an entry was changed, taken out or put in

Settings come from the environment; README.md lists them.
`

/** The command line: one command, one file beside this one. Exits 1 with the reason when it can't be done. */
export async function main(args: string[]): Promise<void> {
  const [command = 'start', ...rest] = args
  try {
    if (command === 'start') {
      const { start } = await import('./start.ts')
      const env = rest.length > 0 ? { ...process.env, PLUMBLINE_ROLE: readRole(rest) } : process.env
      const running = await start(readSettings(env))
      stopBySignal(running)
      return
    }
    if (command === 'check-config') return await checkConfig(rest[0])
    if (command === 'try-source') {
      const { trySource } = await import('./try-source.ts')
      const { demoEstatePath } = await import('./start.ts')
      const { values, positionals } = parseArgs({
        args: rest,
        allowPositionals: true,
        options: { beside: { type: 'string' } },
      })
      const isGood = await trySource(positionals[0], readSettings().estatePath ?? demoEstatePath, {
        message: positionals[1],
        beside: values.beside,
      })
      process.exit(isGood ? 0 : 1)
    }
    if (command === 'migrate') {
      const { migrateOnly } = await import('./start.ts')
      await migrateOnly(readSettings())
      process.exit(0)
    }
    if (command === 'backup') {
      const { makeBackup } = await import('./backup/backup.ts')
      const { values } = parseArgs({
        args: rest,
        options: { of: { type: 'string' } },
        allowPositionals: true,
      })
      if (values.of) {
        const { askForBackup } = await import('./backup/ask.ts')
        process.stdout.write(await askForBackup(values.of))
        process.exit(0)
      }
      tellBackup('Backed up', await makeBackup(readSettings(), rest[0]))
      process.exit(0)
    }
    if (command === 'restore') {
      const { restoreBackup } = await import('./backup/restore.ts')
      tellBackup('Restored', await restoreBackup(readSettings(), rest[0]))
      process.exit(0)
    }
    if (command === 'audit-verify') {
      const { verifyAudit } = await import('./audit-verify.ts')
      process.exit((await verifyAudit(rest[0])) ? 0 : 1)
    }
    process.stdout.write(usage)
    process.exit(command === 'help' || command === '--help' ? 0 : 2)
  } catch (error) {
    process.stderr.write(`${error instanceof PlumblineError ? error.message : describeError(error)}\n`)
    if (error instanceof PlumblineError && error.mend) process.stderr.write(`${error.mend}\n`)
    process.exit(1)
  }
}

/** Longest time a stop takes; a platform that ends it by force does so a little later. */
const longestStopMs = 50_000

/** The first signal drains what was acknowledged, within bounds; the second ends the process at once. */
function stopBySignal(running: { stop(): Promise<void> }): void {
  let isStopping = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (isStopping) process.exit(130)
      isStopping = true
      setTimeout(() => process.exit(1), longestStopMs).unref()
      running.stop().then(
        () => process.exit(0),
        () => process.exit(1),
      )
    })
}

/** The role of `--role ROLE` or `--role=ROLE`. */
function readRole(args: string[]): string {
  const { values } = parseArgs({ args, options: { role: { type: 'string' } } })
  return values.role ?? process.env.PLUMBLINE_ROLE ?? ''
}

function tellBackup(what: string, { tables, files, made_at }: Manifest): void {
  const rows = tables.reduce((sum, table) => sum + BigInt(table.rows), 0n)
  process.stdout.write(
    `${what}: ${rows} rows in ${tables.length} tables, ${files.length} files, as of ${made_at}.\n`,
  )
}

async function checkConfig(path: string | undefined): Promise<void> {
  if (!path) throw new PlumblineError('usage', 'check-config needs the path of an estate file')
  const { loadChecks } = await import('../reconcilers/check.ts')
  const { listUnreachable } = await import('./core/replay-address.ts')
  const { createOwnership } = await import('./core/ownership.ts')
  const estate = loadEstate(path)
  const checks = loadChecks(estate)
  createOwnership(estate, checks)
  const unreachable = listUnreachable(estate.flows)
  process.stdout.write(
    `${path} is valid: ${estate.plants.length} plants, ${estate.systems.length} systems, ${estate.flows.length} flows, ${estate.sources.length} sources, ${checks.length} checks.\n`,
  )
  // a site's secrets need not be where its estate is checked
  for (const { where, message } of unreachable)
    process.stdout.write(
      `Not set here: ${where}: ${message}. Until it is, nothing of this flow can be sent again.\n`,
    )
}
