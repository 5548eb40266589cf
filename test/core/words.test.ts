import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { writeClock, writeDuration, writeMoney, writeNumber, writeZone } from '../../server/core/words.ts'

/** Expectations are written with ordinary spaces and hyphens where the product writes thin spaces and a true minus. */
const styled = (text: string) => text.replaceAll('_', '\u2009').replaceAll('~', '\u2212')

describe('writeNumber', () => {
  test.each([
    [0, '0'],
    [999, '999'],
    [1240, '1_240'],
    [-60, '~60'],
    [-1234567, '~1_234_567'],
    [2.5, '3'],
    [-0.4, '0'],
  ])('%s', (value, text) => {
    expect(writeNumber(value)).toBe(styled(text))
  })
})

describe('writeMoney', () => {
  test.each([
    ['412380', 'EUR', '€412_380'],
    ['412380.51', 'EUR', '€412_381'],
    ['-1240', 'GBP', '~£1_240'],
    ['0', 'EUR', '€0'],
    ['-0.2', 'EUR', '€0'],
    ['551448.994', 'USD', '$551_449'],
    // a dollar or a yen may be of several countries
    ['519720', 'CZK', 'CZK_519_720'],
    ['-2340.4', 'MXN', '~MXN_2_340'],
    ['12', 'CNY', 'CNY_12'],
    // more digits than a float holds
    ['123456789012345678', 'EUR', '€123_456_789_012_345_678'],
  ])('%s %s', (amount, currency, text) => {
    expect(writeMoney(amount, currency)).toBe(styled(text))
  })
})

describe('writeDuration', () => {
  test.each([
    [0, '0 ms'],
    [240, '240 ms'],
    [999.4, '999 ms'],
    [999.6, '1 s'],
    [1_000, '1 s'],
    [47_000, '47 s'],
    [99_400, '99 s'],
    [99_500, '1.7 min'],
    [126_000, '2.1 min'],
    [596_000, '9.9 min'],
    [599_000, '10 min'],
    [600_000, '10 min'],
    [3_569_000, '59 min'],
    [3_590_000, '1 h 00'],
    [5_760_000, '1 h 36'],
    [86_399_000, '1 d 0 h'],
    [273_600_000, '3 d 4 h'],
  ])('%s ms', (ms, text) => {
    expect(writeDuration(ms)).toBe(text)
  })

  test('never says 60 of what has a name of its own', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 9 }), (ms) => {
        expect(writeDuration(ms)).not.toMatch(/^(1000 ms|100 s|10\.0 min|60 min|24 h)|h 60$/)
      }),
    )
  })
})

describe('writeClock and writeZone', () => {
  const winter = new Date('2026-01-15T13:32:00Z')
  const summer = new Date('2026-07-15T13:32:00Z')

  test.each([
    [winter, 'Europe/Berlin', '14:32 CET'],
    [summer, 'Europe/Berlin', '15:32 CEST'],
    [winter, 'Europe/London', '13:32 GMT'],
    [summer, 'Europe/London', '14:32 BST'],
    [winter, 'Asia/Shanghai', '21:32 UTC+8'],
    [winter, 'America/Monterrey', '07:32 UTC~6'],
    [winter, 'Asia/Kolkata', '19:02 UTC+5:30'],
    [winter, 'UTC', '13:32 UTC'],
  ])('%s in %s', (moment, zone, text) => {
    expect(writeClock(moment, zone)).toBe(styled(text))
    expect(text.endsWith(writeZone(moment, zone).replace('\u2212', '~'))).toBe(true)
  })

  test('midnight is 00:00', () => {
    expect(writeClock(new Date('2026-01-14T23:00:00Z'), 'Europe/Berlin')).toBe('00:00 CET')
  })
})
