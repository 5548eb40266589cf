import { createHash } from 'node:crypto'
import cron from 'node-cron'
import type { CheckInfo } from '../server/core/check-info.ts'
import { PlumblineError } from '../server/core/errors.ts'
import type { Estate } from '../server/core/estate.ts'
import { listKeptCurrencies } from '../server/core/rates.ts'
import { readSqlFolder } from '../sql/files.ts'
import { type CheckFile, parseCheckFile } from './check-file.ts'
import { bindWords } from './check-words.ts'

/** A check as it runs here: what every room may know of it, and its SQL. */
export type Check = CheckInfo & { sql: string }

const day = 86_400_000

/**
 * The checks the estate asks for, read from sql/checks.
 * @throws PlumblineError `check_unknown`, `check_invalid` or `schedule_invalid`, naming the file and the mend
 */
export function loadChecks(estate: Estate): Check[] {
  const files = readSqlFolder('checks')
  const names = [...files.keys()]
  return estate.checks.map((config, index) => {
    const at = `checks[${index}]`
    const text = files.get(config.check)
    if (text === undefined)
      throw new PlumblineError(
        'check_unknown',
        `${at}.check: "${config.check}" is not a check; expected one of ${names.join(', ')}`,
        { where: `${at}.check`, mend: 'Mend the name, or add the file sql/checks/<name>.sql.' },
      )
    const file = parseCheckFile(config.check, text, estate)
    for (const [name, other] of Object.entries(file.counted_by))
      if (!names.includes(other as string))
        throw invalid(
          `sql/checks/${config.check}.sql`,
          `counted_by.${name}: "${other}" is not a check; expected one of ${names.join(', ')}`,
        )
    refuseMute(estate, file, at)
    const schedule = readSchedule(`${at}.schedule`, config.schedule ?? file.schedule)
    const full = readSchedule(
      config.full ? `${at}.full` : `sql/checks/${config.check}.sql`,
      config.full ?? file.full,
    )
    for (const name of Object.keys(config.severity ?? {}))
      if (!(name in file.classes))
        throw invalid(
          `${at}.severity`,
          `"${name}" is not a class of ${config.check}; expected one of ${Object.keys(file.classes).join(', ')}`,
        )
    const grace = config.grace ?? file.grace
    const grace_left = config.grace_left ?? file.grace_left
    const grace_right = config.grace_right ?? file.grace_right
    if (file.bridge && (grace_left ?? grace_right) !== undefined)
      throw invalid(
        at,
        `${config.check} gives its movements the grace, whichever side has them; expected no grace_left or grace_right`,
      )
    const ages = config.ages ?? file.ages
    const flow = config.flow ?? (estate.flowOf.has(file.flow) ? file.flow : '')
    const stages = estate.flowOf.get(flow)?.stages.map((each) => each.stage) ?? []
    const isByPlant = typeof config.materiality === 'object'
    return withRule(estate, {
      ...file,
      bound: bindWords(
        [JSON.stringify([file.reads, file.bridge, file.depends, file.evidence]), file.sql],
        estate,
      ),
      schedule,
      full,
      grace,
      grace_left,
      grace_right,
      tolerance: config.tolerance ?? file.tolerance,
      tolerance_amount: config.tolerance_amount ?? file.tolerance_amount,
      tolerance_percent: config.tolerance_percent ?? file.tolerance_percent,
      materiality: isByPlant ? file.materiality : ((config.materiality as string) ?? file.materiality),
      materiality_of: isByPlant ? (config.materiality as Record<string, string>) : {},
      severity: { ...file.severity, ...config.severity },
      ages: ages === undefined ? Math.max(day, 10 * grace) : ages === true ? 10 * grace : Number(ages),
      flow,
      stages: (config.stages ?? file.stages).filter((stage) => stages.includes(stage)),
      team: config.team,
      closes_after: config.closes_after,
      reopens_within: config.reopens_within,
    })
  })
}

const invalid = (where: string, message: string) =>
  new PlumblineError('check_invalid', `${where}: ${message}`, { where })

/** A check of which one side has no system here would never run, and nobody would see that it does not. */
function refuseMute(estate: Estate, { check, left, right }: CheckFile, at: string): void {
  const roles = [...new Set(estate.systems.map((system) => system.role))]
  for (const role of [left, right])
    if (!roles.includes(role))
      throw invalid(
        `${at}.check`,
        `${check} compares ${left} with ${right}, and no system of this estate has the role "${role}"; roles are ${roles.join(', ')}`,
      )
  const speaks = (role: string, plant: string) =>
    estate
      .systemsOf(role, plant)
      .some(({ system }) => estate.sources.some((source) => source.system === system))
  if (!estate.plants.some(({ plant }) => speaks(left, plant) && speaks(right, plant)))
    throw invalid(
      `${at}.check`,
      `${check} compares ${left} with ${right}, and in no plant there is a source of both; it would never run`,
    )
}

function readSchedule(where: string, schedule: string): string {
  if (cron.validate(schedule)) return schedule
  throw new PlumblineError(
    'schedule_invalid',
    `${where}: "${schedule}" does not fit; expected a cron expression`,
    { where, mend: 'Write five or six fields, seconds first when six: "*/15 * * * * *".' },
  )
}

function withRule(estate: Estate, check: Omit<Check, 'rule'>): Check {
  const meaning = [
    check.sql.replace(/--.*$/gm, '').replace(/\s+/g, ' '),
    check.left,
    check.right,
    check.matching,
    check.near,
    check.reads,
    check.bridge,
    check.depends,
    check.grace,
    check.grace_left,
    check.grace_right,
    check.tolerance,
    check.tolerance_amount,
    check.tolerance_percent,
    check.suspect,
    check.bound,
    estate.rates,
    listKeptCurrencies(estate),
  ]
  return { ...check, rule: createHash('sha256').update(JSON.stringify(meaning)).digest('hex').slice(0, 12) }
}
