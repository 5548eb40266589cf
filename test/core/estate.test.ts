import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { PlumblineError } from '../../server/core/errors.ts'
import { loadEstate, parseEstate } from '../../server/core/estate.ts'
import { breakages } from './estate-breakages.ts'
import { goodEstate } from './estate-text.ts'

const folder = mkdtempSync(join(tmpdir(), 'plumbline-estate-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function refusal(text: string): PlumblineError {
  try {
    parseEstate(text, 'estate.yaml')
  } catch (error) {
    expect(error).toBeInstanceOf(PlumblineError)
    return error as PlumblineError
  }
  throw new Error('the estate was accepted')
}

const breakUp = (from: string | RegExp, to: string) => {
  const broken = goodEstate.replace(from, () => to)
  expect(broken, `${from} is in the good estate`).not.toBe(goodEstate)
  return broken
}

describe('the good estate', () => {
  const estate = parseEstate(goodEstate, '/etc/plumbline/estate.yaml')

  test('answers what the process asks of it', () => {
    expect(estate.plantOf.get('SHF')?.time_zone).toBe('Europe/London')
    expect(estate.allowed_skew).toBe(90_000)
    expect(estate.originOf.get('urn:wms:ham')?.source).toBe('wms_events')
    expect(estate.originOf.get('crm')?.source).toBe('crm_events')
    expect(estate.systemsOf('wms', 'HAM').map((system) => system.system)).toEqual(['wms'])
    expect(estate.systemsOf('wms', 'SHF')).toEqual([])
    expect(estate.systemsOf('erp', 'SHF').map((system) => system.system)).toEqual(['erp'])
    expect(estate.fileSources[0]?.folder).toBe('/etc/plumbline/export')
  })

  test('knows every spelling of a unit, and keeps decimals as they are written', () => {
    expect(estate.unitOf.get('PCE')).toEqual({ unit: 'EA', factor: '1' })
    expect(estate.unitOf.get('CS')).toEqual({ unit: 'EA', factor: '12' })
    expect(estate.unitOf.has('BAG')).toBe(false)
    expect(estate.rateOf('EUR')).toBe('1')
    expect(estate.rateOf('GBP')).toBe('1.25')
    expect(estate.rateOf('JPY')).toBe('0.0061')
    expect(estate.checks[0]).toMatchObject({ grace: 900_000, tolerance: '0.5', materiality: '5000' })
  })
})

describe('a broken estate is refused', () => {
  test.each(breakages)('%s', (_name, from, to, where, message) => {
    const error = refusal(breakUp(from, to))
    expect(error.code).toBe('estate_invalid')
    expect(error.details).toContainEqual({ where, message })
    // whoever reads only the message reads all of it
    expect(error.message).toContain('estate.yaml is not valid; nothing was started.')
    expect(error.message).toContain(`  ${where}: ${message}`)
  })

  test.each([
    ['nothing', ''],
    ['only a comment', '# to be written\n'],
  ])('%s in the file', (_name, text) => {
    const message = `is empty; expected the settings name, currency, rates, allowed_skew, allowed_age, runaway, backups, manual_work, plants, systems, teams, units, codes, flows, dependencies, contracts, masters, sources, checks, ownership, sla, spans, queues, quality, personal, receivers, alerting, access, retention, disk`
    expect(refusal(text).details).toEqual([{ where: '(the file)', message }])
  })

  test('a text instead of settings', () => {
    expect(refusal('estate').details).toEqual([
      { where: '(the file)', message: '"estate" does not fit; expected settings, as name: value' },
    ])
  })

  test('every problem is named, and what is long is cut', () => {
    const long = 'x'.repeat(300)
    const broken = breakUp('tier: 1', 'tier: 9').replace('name: Test works', `name: ${long}`)
    expect(refusal(broken).details).toEqual([
      { where: 'name', message: `"${'x'.repeat(79)}… does not fit; expected at most 200 characters` },
      { where: 'flows[0].tier', message: '9 does not fit; expected a tier from 1 (most critical) to 4' },
    ])
  })

  test('a rule that names no column says what a rule is made of', () => {
    const { details } = refusal(breakUp('item: ProductID', 'item: { col: ProductID }'))
    expect(details).toContainEqual({
      where: 'sources[2].states.items.item.col',
      message:
        '"ProductID" is set, but "col" is not a setting here; expected one of column, const, join, with, format, time_zone, decimal, thousands, map',
    })
  })

  test('no message speaks of the validator, and each says what was expected', () => {
    for (const [, from, to] of breakages)
      for (const { message } of refusal(breakUp(from, to)).details) {
        expect(message).toMatch(/expected|not valid YAML|did you mean|set it to/)
        expect(message).not.toMatch(/Invalid|received|undefined|\n/)
      }
  })

  test('a file that is not there', () => {
    expect(() => loadEstate(join(folder, 'absent.yaml'))).toThrow(/absent\.yaml cannot be read: ENOENT/)
  })
})

describe('plumbline check-config', () => {
  const command = fileURLToPath(new URL('../../server/plumbline.cjs', import.meta.url))
  const check = (text: string) => {
    const path = join(folder, 'estate.yaml')
    writeFileSync(path, text)
    const { status, stdout, stderr } = spawnSync(process.execPath, [command, 'check-config', path], {
      encoding: 'utf8',
    })
    return { status, stdout, stderr, path }
  }

  test('says that a good file is valid', () => {
    const { status, stdout, stderr, path } = check(goodEstate)
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toBe(`${path} is valid: 2 plants, 3 systems, 1 flows, 3 sources, 1 checks.\n`)
  })

  test('says what nothing can be sent again for here, and that the file is good all the same', () => {
    const replay = 'owner: sales\n    replay: { url_from: NO_SUCH_URL, secret_from: NO_SUCH_KEY }'
    const { status, stdout } = check(breakUp('owner: sales', replay))
    expect(status).toBe(0)
    expect(stdout).toContain('is valid')
    expect(stdout).toContain('Not set here: flows[0].replay: NO_SUCH_URL holds no address.')
  })

  test('exits 1 with every problem and the mend', () => {
    const broken = breakUp('owner: sales', 'owner: marketing').replace('Europe/London', 'Europe/Sheffield')
    const { status, stdout, stderr } = check(broken)
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toContain(
      'plants[1].time_zone: "Europe/Sheffield" does not fit; expected an IANA time zone',
    )
    expect(stderr).toContain('Mend the values named')
  })

  test.each([
    [
      'an unknown check',
      'check: inventory_on_hand',
      'check: inventory',
      /checks\[0\]\.check: "inventory" is not a check; expected one of .*inventory_on_hand/,
    ],
    [
      'a schedule that is not cron',
      'tolerance: 0.5',
      "schedule: 'every minute'",
      /checks\[0\]\.schedule: "every minute" does not fit; expected a cron expression/,
    ],
  ])('exits 1 for %s', (_name, from, to, message) => {
    const { status, stderr } = check(breakUp(from, to))
    expect(status).toBe(1)
    expect(stderr).toMatch(message)
  })
})
