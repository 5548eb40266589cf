import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PlumblineError } from '../../server/core/errors.ts'
import { parseEstate } from '../../server/core/estate.ts'
import { createOwnership, type Ownable } from '../../server/core/ownership.ts'
import { goodEstate } from './estate-text.ts'

const checks = [
  { check: 'inventory_on_hand', team: 'ops', classes: { quantity: 'Differs', negative_stock: 'Negative' } },
]
const ownershipOf = (rules: string) =>
  createOwnership(parseEstate(`${goodEstate}ownership:\n${rules}`), checks)
const owned = (more: Partial<Ownable> = {}): Ownable => ({
  check: 'inventory_on_hand',
  plant: 'HAM',
  flow: 'order_to_cash',
  class: 'quantity',
  cause: '',
  amount_reporting: '100',
  ...more,
})

describe('who owns a case', () => {
  const ownership = ownershipOf(`
  - { cause: [stuck_interface, lost_message], team: ops }
  - { plant: SHF, least_amount: 5000.5, team: sales }
  - { region: EMEA, class: negative_stock, flow: order_to_cash, team: sales }
`)

  test.each([
    ['a rule by its cause', { cause: 'lost_message', plant: 'SHF', amount_reporting: '9000' }, 'ops', 0],
    [
      'of two that fit the first',
      { plant: 'SHF', amount_reporting: '9000', class: 'negative_stock' },
      'sales',
      1,
    ],
    ['an amount that is just enough', { plant: 'SHF', amount_reporting: '5000.500000' }, 'sales', 1],
    ['an amount that is not', { plant: 'SHF', amount_reporting: '5000.499999' }, 'ops', null],
    ['the region of its plant', { class: 'negative_stock' }, 'sales', 2],
    ['another region', { class: 'negative_stock', plant: 'SHF' }, 'ops', null],
    ['all that a rule names, not some of it', { class: 'negative_stock', flow: '' }, 'ops', null],
  ])('%s', (_name, more, team, rule) => {
    expect(ownership.ownerOf(owned(more))).toMatchObject({ team, rule })
  })

  test('says why', () => {
    const why = (more: Partial<Ownable>) => ownership.ownerOf(owned(more)).why
    expect(why({ cause: 'lost_message' })).toBe('ownership[0]: cause stuck_interface or lost_message')
    expect(why({ plant: 'SHF', amount_reporting: '9000' })).toBe(
      'ownership[1]: plant SHF, from 5000.5 EUR on',
    )
    expect(why({})).toBe('no rule fits; the team of inventory_on_hand')
    expect(ownershipOf('  - { team: sales }').ownerOf(owned()).why).toBe('ownership[0]: every case')
  })

  test('a case of a check that is no longer watched goes to who owns its flow', () => {
    expect(ownership.ownerOf(owned({ check: 'price' }))).toMatchObject({ team: 'sales', rule: null })
    expect(ownership.ownerOf(owned({ check: 'price', flow: '' }))).toEqual({
      team: '',
      rule: null,
      why: 'no rule fits, and price is no longer watched',
    })
  })

  test('a class that no check has is refused', () => {
    const refused = () => ownershipOf('  - { class: [quantity, quantities], team: sales }')
    expect(refused).toThrow(PlumblineError)
    expect(refused).toThrow(
      'ownership[0].class: "quantities" is not a class of a check of this estate; expected one of quantity, negative_stock',
    )
  })

  test('rules after the one that fits change nothing, and rules that do not fit neither', () => {
    const rule = fc.record(
      {
        plant: fc.constantFrom('HAM', 'SHF'),
        class: fc.constantFrom('quantity', 'negative_stock'),
        least_amount: fc.constantFrom('50', '100', '150'),
        team: fc.constantFrom('ops', 'sales'),
      },
      { requiredKeys: ['plant', 'team'] },
    )
    const write = (rules: unknown[]) =>
      rules.map((each) => `  - ${JSON.stringify(each)}\n`).join('') || '  []\n'
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 6 }), (rules) => {
        const found = ownershipOf(write(rules)).ownerOf(owned())
        const upTo = found.rule === null ? rules : rules.slice(0, found.rule + 1)
        expect(ownershipOf(write(upTo)).ownerOf(owned())).toEqual(found)
        const alone = found.rule === null ? [] : [rules[found.rule]]
        expect(ownershipOf(write(alone)).ownerOf(owned()).team).toBe(found.team)
        for (const skipped of rules.slice(0, found.rule ?? rules.length))
          expect(ownershipOf(write([skipped])).ownerOf(owned()).rule).toBe(null)
      }),
      { numRuns: 20 },
    )
  })
})
