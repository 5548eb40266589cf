import { describe, expect, test } from 'vitest'
import {
  formatAge,
  formatBytes,
  formatDecimal,
  formatDuration,
  formatDurationMark,
  formatMoney,
  formatMoneyShort,
  formatNumber,
  formatPercent,
  formatValue,
  keepNumbers,
  sumDecimals,
  wordsOf,
} from '../../web/lib/format.ts'
import { formatTime, fromLocalField, toLocalField, zoneName } from '../../web/lib/time.ts'

const thin = (text: string) => text.replaceAll('_', '\u2009').replaceAll('-', '\u2212')

describe('decimals', () => {
  test.each([
    ['0', '0'],
    ['-0.00', '0'],
    ['999', '999'],
    ['1240.000', '1_240'],
    ['-1240.500', '-1_240.5'],
    ['123456789012345678901234567890.123456', '123_456_789_012_345_678_901_234_567_890.123456'],
    ['0007', '7'],
    ['cancelled', 'cancelled'],
  ])('%s reads %s', (text, wanted) => {
    expect(formatDecimal(text)).toBe(wanted === text ? text : thin(wanted))
  })
  test('rounds on the digits, half away from zero', () => {
    expect(formatDecimal('2.5', { max: 0 })).toBe('3')
    expect(formatDecimal('-2.5', { max: 0 })).toBe(thin('-3'))
    expect(formatDecimal('0.004', { max: 2 })).toBe('0')
    expect(formatDecimal('999.995', { max: 2 })).toBe(thin('1_000'))
    expect(formatDecimal('9007199254740993.5', { max: 0 })).toBe(thin('9_007_199_254_740_994'))
  })
  test('signs', () => {
    expect(formatDecimal('60', { signed: true })).toBe('+60')
    expect(formatDecimal('0', { signed: true })).toBe('0')
  })
})

describe('money', () => {
  test.each([
    ['412380.00', 'EUR', '€412_380'],
    ['-29160.4', 'EUR', '-€29_160'],
    ['519720', 'CZK', 'CZK_519_720'],
    ['12870.49', 'GBP', '£12_870'],
    ['829040', 'MXN', 'MXN_829_040'],
    ['215280', 'CNY', 'CNY_215_280'],
    ['0.4', 'EUR', '€0.40'],
    ['99.995', 'EUR', '€100.00'],
    ['0', 'EUR', '€0'],
  ])('%s %s', (amount, currency, wanted) => {
    expect(formatMoney(amount, currency)).toBe(thin(wanted))
  })
  test('short, for axes', () => {
    expect(formatMoneyShort(412_380, 'EUR')).toBe('€412k')
    expect(formatMoneyShort(1_240_000, 'EUR')).toBe('€1.2m')
  })
})

test('sums are exact', () => {
  expect(sumDecimals(['0.1', '0.2'])).toBe('0.3')
  expect(sumDecimals(['551448.994', '-551449', '0.006'])).toBe('0.000')
  expect(sumDecimals(['-0.5', '0.25'])).toBe('-0.25')
  expect(sumDecimals([])).toBe('0')
})

describe('durations and ages', () => {
  test.each([
    [0.25, '0.25_ms'],
    [212, '212_ms'],
    [999.7, '1.00_s'],
    [1400, '1.40_s'],
    [1420, '1.42_s'],
    [47_000, '47_s'],
    [97_000, '97_s'],
    [108_000, '1.8_min'],
    [240_000, '4.0_min'],
    [47 * 60_000, '47_min'],
    [96 * 60_000, '1_h_36'],
    [3_600_000, '1_h'],
  ])('%d ms', (ms, wanted) => expect(formatDuration(ms)).toBe(thin(wanted)))
  test.each([
    [4, '4_s'],
    [59 * 60, '59_min'],
    [3599, '1_h'],
    [77 * 60, '1_h_17'],
    [76 * 3600, '3_d_4_h'],
    [48 * 3600, '2_d'],
  ])('%d s old', (seconds, wanted) => expect(formatAge(seconds)).toBe(thin(wanted)))
})

test.each([
  [0, '0'],
  [500, '500_ms'],
  [5000, '5_s'],
  [1500, '1.5_s'],
  [10_000, '10_s'],
  [60_000, '1_min'],
  [600_000, '10_min'],
  [3_600_000, '1_h'],
])('a mark at %d ms', (ms, wanted) => expect(formatDurationMark(ms)).toBe(thin(wanted)))

test('the rest', () => {
  expect(formatNumber(1240.4)).toBe(thin('1_240'))
  expect(formatNumber(Number.NaN)).toBe('–')
  expect(formatNumber(1e21)).toBe(thin('1_000_000_000_000_000_000_000'))
  expect(formatPercent(0.95)).toBe(thin('0.95_%'))
  expect(formatPercent(3.52)).toBe(thin('3.5_%'))
  expect(formatBytes(1_240_000)).toBe(thin('1.2_MB'))
  expect(formatValue('')).toBe('–')
  expect(wordsOf('goods_issue')).toBe('Goods issue')
})

test('numbers in a sentence are not torn apart', () => {
  expect(keepNumbers('of 3 184 orders')).toBe('of 3\u2009\u2060184 orders')
  expect(keepNumbers(thin('€412_380 is at risk, 12 days'))).toBe('€412\u2009\u2060380 is at risk, 12 days')
})

describe('times', () => {
  const at = '2026-01-15T13:32:05.120Z'
  const now = Date.parse(at)
  test('plant-local, zone named', () => {
    expect(formatTime(at, 'Europe/Berlin', { now })).toBe('14:32 CET')
    expect(formatTime(at, 'Europe/London', { now })).toBe('13:32 GMT')
    expect(formatTime(at, 'America/Monterrey', { now })).toBe('07:32 UTC\u22126')
    expect(formatTime(at, 'Asia/Shanghai', { now })).toBe('21:32 UTC+8')
    expect(formatTime(at, 'UTC', { now, seconds: true })).toBe('13:32:05 UTC')
  })
  test('the day when it is not today', () => {
    expect(formatTime(at, 'Europe/Berlin', { now: now + 86_400_000 })).toBe('Thu 15 Jan 14:32 CET')
    expect(formatTime('nonsense', 'UTC')).toBe('–')
  })
  test('summer', () => {
    expect(zoneName('Europe/Berlin', new Date('2026-07-01T00:00:00Z'))).toBe('CEST')
    expect(zoneName('Asia/Kolkata', new Date(at))).toBe('UTC+5:30')
  })
})

test('a field of date and time names a moment of its zone, also beside the hour that is left out', () => {
  for (const [zone, text, iso] of [
    ['Europe/Berlin', '2026-11-20T14:32', '2026-11-20T13:32:00.000Z'],
    ['Europe/Berlin', '2026-03-29T01:59', '2026-03-29T00:59:00.000Z'],
    ['Europe/Berlin', '2026-03-29T03:00', '2026-03-29T01:00:00.000Z'],
    ['Asia/Shanghai', '2026-07-01T02:30', '2026-06-30T18:30:00.000Z'],
    ['America/Monterrey', '2026-12-31T23:00', '2027-01-01T05:00:00.000Z'],
    ['UTC', '2026-12-31T00:00', '2026-12-31T00:00:00.000Z'],
  ] as const) {
    expect(fromLocalField(text, zone)?.toISOString()).toBe(iso)
    expect(toLocalField(new Date(iso), zone)).toBe(text)
  }
  expect(fromLocalField('', 'UTC')).toBeUndefined()
})
