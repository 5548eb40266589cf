import { describe, expect, test } from 'vitest'
import type { PlumblineError } from '../../server/core/errors.ts'
import { parseEstate } from '../../server/core/estate.ts'
import { describeUnsafe } from '../../server/core/safe-pattern.ts'
import { readHouseFile } from '../support/house.ts'
import { goodEstate } from './estate-text.ts'

const withContracts = (contracts: string) =>
  goodEstate.replace('sources:\n', () => `contracts:\n${contracts}\nsources:\n`)
const refusal = (contracts: string) => {
  try {
    parseEstate(withContracts(contracts), 'estate.yaml')
  } catch (error) {
    return (error as PlumblineError).details
  }
  throw new Error('the estate was accepted')
}
const field = (text: string) => `  - { event: e, fields: [{ ${text} }] }`

test('a contract has its defaults', () => {
  const { contracts, allowed_age } = parseEstate(
    withContracts('  - { event: e, time: { latest_age: 2h }, fields: [{ path: subject, min_length: 3 }] }'),
  )
  expect(allowed_age).toBe(400 * 86_400_000)
  expect(contracts).toEqual([
    {
      event: 'e',
      version: '1',
      time: { zone: 'required', latest_age: 7_200_000 },
      additional: 'allow',
      fields: [{ path: 'subject', type: 'text', required: false, min_length: 3, severity: 'break' }],
    },
  ])
})

test('the example of the README is one', () => {
  const example = /```yaml\ncontracts:\n([\s\S]*?)\n```/.exec(readHouseFile('README.md'))?.[1] ?? ''
  expect(parseEstate(withContracts(example)).contracts[0]?.fields).toHaveLength(6)
})

describe('a broken contract is refused: where, what stands there, what was expected', () => {
  const at = 'contracts[0].fields[0]'
  test.each([
    [
      'no event',
      '  - { version: 2 }',
      'contracts[0].event',
      'is missing; expected text; put it in quotes if it looks like a number, a date or yes/no',
    ],
    [
      'a version with a point',
      '  - { event: e, version: 1.5 }',
      'contracts[0].version',
      '1.5 does not fit; expected a version such as 2 or "2.1"; put it in quotes if it has a point',
    ],
    [
      'a path',
      field("path: 'order lines'"),
      `${at}.path`,
      '"order lines" does not fit; expected an attribute such as subject or partner, or a path such as data.order or data.lines[].item',
    ],
    [
      'a type',
      field('path: data.x, type: number'),
      `${at}.type`,
      '"number" does not fit; expected one of text, integer, decimal, boolean, moment, date',
    ],
    [
      'a pattern',
      field("path: data.x, pattern: '['"),
      `${at}.pattern`,
      '"[" does not fit; expected a regular expression: Unterminated character class',
    ],
    [
      'a pattern that takes forever',
      field("path: data.x, pattern: '^(a+)+$'"),
      `${at}.pattern`,
      '"^(a+)+$" does not fit; expected a pattern without a repetition or a choice inside a repeated group',
    ],
    [
      'an entity of several keys',
      field('path: data.x, reference: order_lines'),
      `${at}.reference`,
      '"order_lines" does not fit; expected one of plants, stock_movements, items, partners',
    ],
    [
      'a day',
      '  - { event: e, deprecated: soon }',
      'contracts[0].deprecated',
      '"soon" does not fit; expected a date such as 2026-01-31',
    ],
    [
      'a setting',
      field('path: data.x, patern: x'),
      `${at}.patern`,
      '"x" is set, but "patern" is not a setting here; did you mean pattern?',
    ],
    [
      'an age of more months than one load takes',
      '  - { event: e, time: { latest_age: 3000d } }',
      'contracts[0].time.latest_age',
      '"3000d" does not fit; expected a duration of at most 2900d',
    ],
    [
      'a flow',
      '  - { event: e, flow: o2c }',
      'contracts[0].flow',
      '"o2c" is not a flow of this estate; expected one of order_to_cash',
    ],
    [
      'the same version twice',
      '  - { event: e, version_from: dataschema }\n  - { event: e, version_from: dataschema }',
      'contracts[1].version',
      '"1" of e is already at contracts[0]; expected another',
    ],
    [
      'versions that nothing tells apart',
      '  - { event: e }\n  - { event: e, version: 2 }',
      'contracts[1].version_from',
      'is missing; expected where a message of e states which version it is',
    ],
    [
      'versions stated in two places',
      '  - { event: e, version_from: dataschema }\n  - { event: e, version: 2, version_from: data.version }',
      'contracts[1].version_from',
      '"data.version" is not where contracts[0] of the same event has its version; expected dataschema',
    ],
    [
      'a version in rows',
      "  - { event: e, version_from: 'data.rows[].v' }",
      'contracts[0].version_from',
      '"data.rows[].v" stands in rows; expected one place',
    ],
    [
      'retired before deprecated',
      "  - { event: e, deprecated: '2026-02-01', retired: '2026-01-01' }",
      'contracts[0].deprecated',
      '"2026-02-01" is after it is retired; expected a day before 2026-01-01',
    ],
    [
      'a field twice',
      '  - { event: e, fields: [{ path: data.x }, { path: data.x }] }',
      'contracts[0].fields[1].path',
      '"data.x" already has rules at fields[0]; expected one entry for it',
    ],
    [
      'a field that holds another',
      '  - { event: e, fields: [{ path: data.x }, { path: data.x.y }] }',
      `${at}.path`,
      '"data.x" holds the field "data.x.y"; expected a path to a value',
    ],
    [
      'a list that is none elsewhere',
      "  - { event: e, fields: [{ path: 'data.x[].y' }, { path: data.x.z }] }",
      `${at}.path`,
      '"data.x[].y" has rows where "data.x.z" has none; expected one of both',
    ],
    [
      'a list without a field',
      field("path: 'data.rows[]'"),
      `${at}.path`,
      '"data.rows[]" is a list; expected a field of its rows, such as data.rows[].item',
    ],
    [
      'an unknown state',
      field("path: 'data.states.moons[].item'"),
      `${at}.path`,
      /^"data.states.moons\[\].item" is not a state; expected data.states. and one of inventory_positions, /,
    ],
    [
      'a state without rows',
      field('path: data.states.items.item'),
      `${at}.path`,
      '"data.states.items.item" is not a field of a state; expected data.states.items[]. and a column',
    ],
    [
      'an unknown column',
      field("path: 'data.states.items[].colour'"),
      `${at}.path`,
      '"colour" is not a column of items; expected one of item, name, base_unit, pack_unit, pack_factor, flags, standard_cost, currency, master_version, effective_at',
    ],
    [
      'a pattern of a number',
      field("path: data.x, type: decimal, pattern: '^1'"),
      `${at}.pattern`,
      '"^1" has no meaning for type decimal; it is for text',
    ],
    [
      'a range of text',
      field('path: data.x, min: 1'),
      `${at}.min`,
      '"1" has no meaning for type text; it is for numbers',
    ],
    [
      'a zone of text',
      field('path: data.x, zone: any'),
      `${at}.zone`,
      '"any" has no meaning for type text; it is for moments',
    ],
    [
      'a range upside down',
      field('path: data.x, type: decimal, min: 10, max: 9.5'),
      `${at}.min`,
      '"10" is above max; expected at most 9.5',
    ],
    [
      'lengths upside down',
      field('path: data.x, min_length: 3, max_length: 2'),
      `${at}.min_length`,
      '"3" is above max_length; expected at most 2',
    ],
    [
      'a unit elsewhere',
      field("path: 'data.rows[].qty', type: decimal, unit: data.unit"),
      `${at}.unit`,
      '"data.unit" does not stand beside data.rows[].qty; expected a path such as data.rows[].unit',
    ],
  ])('%s', (_name, contracts, where, message) => {
    expect(refusal(contracts)).toContainEqual({
      where,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    })
  })

  test('a unit where the estate has none, and a flow of another', () => {
    const unitless = withContracts(field('path: data.x, type: decimal, unit: data.unit')).replace(
      /units:\n.*\n.*\n/,
      '',
    )
    expect(() => parseEstate(unitless)).toThrow(
      '"data.unit" can\'t be a unit, since the estate has none; expected units',
    )
    const flow = goodEstate.replace(
      /flows:\n([\s\S]*)sources:\n/,
      (_, own: string) =>
        `flows:\n${own}${own.replace('order_to_cash', 'second').replaceAll('com.example', 'com.second')}contracts: [{ event: com.second.order.placed, flow: order_to_cash }]\nsources:\n`,
    )
    expect(() => parseEstate(flow)).toThrow(
      '"order_to_cash" is not the flow of com.second.order.placed; expected second',
    )
  })
})

describe('a pattern that could hold everything up is unsafe', () => {
  const nested = 'a pattern without a repetition or a choice inside a repeated group'
  const open = 'a pattern that begins with ^ and has three repetitions of open length at most'
  test.each([
    ['^[A-Z]{4}$', undefined],
    ['^SO-\\d+$', undefined],
    ['^(?:ab){2,4}(?<rest>-\\d+)?$', undefined],
    ['^(A|B)[)(*]+\\(\\p{Lu}{1,3}', undefined],
    ['^.*.*.*x', undefined],
    ['^(a+)+$', nested],
    ['^(a|a)*$', nested],
    ['^((a?)b){2}$', nested],
    ['^(x(a{1,9}))*$', nested],
    ['^.*.*.*.*x', open],
    ['.*.*.*x', open],
    [`^${'a?'.repeat(25)}`, open],
  ])('%s', (pattern, expected) => {
    expect(describeUnsafe(pattern)).toBe(expected)
  })
  test('the worst that is let through ends soon', () => {
    const started = performance.now()
    for (const pattern of ['^a*a*a*b', 'a*a*b', `^${'a?'.repeat(23)}${'a'.repeat(23)}b`])
      expect([describeUnsafe(pattern), new RegExp(pattern, 'u').test('a'.repeat(256))]).toEqual([
        undefined,
        false,
      ])
    expect(performance.now() - started).toBeLessThan(5_000)
  })
})
