import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareDecimals, multiplyDecimals, sumDecimals } from '../../server/core/decimal.ts'

/** A decimal as text with up to six places, and beside it the same in millionths: the oracle counts with those. */
const decimal = fc
  .record({ units: fc.bigInt(-(10n ** 24n), 10n ** 24n), zeros: fc.integer({ min: 0, max: 3 }) })
  .map(({ units, zeros }) => {
    const digits = (units < 0n ? -units : units).toString().padStart(7, '0')
    const fraction = digits.slice(-6).replace(/0+$/, '')
    const whole = '0'.repeat(zeros) + digits.slice(0, -6)
    return { units, text: `${units < 0n ? '-' : ''}${whole}${fraction && `.${fraction}`}` }
  })
/** Reads a result back into millionths without the code under test. */
const unitsOf = (text: string) => {
  const [whole = '', fraction = ''] = text.replace('-', '').split('.')
  const units = BigInt(whole + fraction.padEnd(6, '0'))
  return text.startsWith('-') ? -units : units
}

describe('sumDecimals', () => {
  test('is the exact sum, whatever the sizes and signs', () => {
    fc.assert(
      fc.property(fc.array(decimal), (values) => {
        const expected = values.reduce((sum, value) => sum + value.units, 0n)
        expect(unitsOf(sumDecimals(values.map((value) => value.text)))).toBe(expected)
      }),
    )
  })

  test('does not depend on the order, and comes back to zero', () => {
    fc.assert(
      fc.property(fc.array(decimal), (values) => {
        const texts = values.map((value) => value.text)
        const sum = sumDecimals(texts)
        expect(sumDecimals(texts.toReversed())).toBe(sum)
        expect(sumDecimals([sum, sum.startsWith('-') ? sum.slice(1) : `-${sum}`])).toBe('0')
      }),
    )
  })

  test.each([
    [[], '0'],
    [['0.1', '0.2'], '0.3'],
    [['-0.000001', '0'], '-0.000001'],
    [['-0'], '0'],
    [['007.50'], '7.5'],
    [['999999999999999999', '0.000001'], '999999999999999999.000001'],
    [['551448.994', '-551448.994'], '0'],
  ])('of %j is %s', (values, sum) => {
    expect(sumDecimals(values)).toBe(sum)
  })

  test.each(['', 'a', '1,5', '1e3', '.5', '5.', '+1', '--1', ' 1', '0x10', 'NaN'])('refuses %j', (text) => {
    expect(() => sumDecimals(['1', text])).toThrow(TypeError)
    expect(() => compareDecimals('1', text)).toThrow(`"${text}" is not a decimal`)
  })
})

describe('compareDecimals', () => {
  test('orders as the numbers do, and the other way round when turned round', () => {
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        const expected = a.units < b.units ? -1 : a.units > b.units ? 1 : 0
        expect(compareDecimals(a.text, b.text)).toBe(expected)
        expect(compareDecimals(b.text, a.text) + expected).toBe(0)
      }),
    )
  })

  test('is about the number, not how it is written', () => {
    expect(compareDecimals('1.50', '01.5')).toBe(0)
    expect(compareDecimals('-0', '0.000000')).toBe(0)
    expect(compareDecimals('10', '9')).toBe(1)
    expect(compareDecimals('-10', '-9')).toBe(-1)
  })
})

describe('multiplyDecimals', () => {
  test('is the product, cut to six places towards zero', () => {
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        expect(unitsOf(multiplyDecimals(a.text, b.text))).toBe((a.units * b.units) / 1_000_000n)
      }),
    )
  })

  test.each([
    ['12', '1.1480', '13.776'],
    ['-0.000001', '0.1', '0'],
    ['1000000', '0.000001', '1'],
  ])('%s × %s is %s', (a, b, product) => {
    expect(multiplyDecimals(a, b)).toBe(product)
  })
})
