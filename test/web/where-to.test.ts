import { describe, expect, test } from 'vitest'
import { readTo, writeSignIn } from '../../web/lib/where-to.ts'

const origin = 'https://plumbline.example'
const read = (to: string) => readTo(`?to=${encodeURIComponent(to)}`, origin)

describe('where somebody goes who has signed in', () => {
  test.each(['/exceptions?plant=HAM&group=on', '/keys/SO-1%2F2', '/alerts#x', '/'])('to %s', (to) => {
    expect(read(to)).toBe(to)
  })

  test.each([
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    'evil.example',
    '/sign-in?to=/',
    '',
  ])('not to %j, but to the overview', (to) => {
    expect(read(to)).toBe('/')
  })

  test('the way there and back', () => {
    const here = { pathname: '/exceptions', search: '?plant=HAM', hash: '#a' }
    const address = new URL(writeSignIn(here), origin)
    expect(address.pathname).toBe('/sign-in')
    expect(readTo(address.search, origin)).toBe('/exceptions?plant=HAM#a')
    expect(writeSignIn({ pathname: '/', search: '', hash: '' })).toBe('/sign-in')
  })
})
