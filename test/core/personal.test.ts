import { expect, test } from 'vitest'
import { personal } from '../../server/core/estate-personal-schema.ts'
import { createRedactor } from '../../server/core/personal.ts'

const usual = createRedactor(personal.parse({}))
const text = (value: string) => usual.mask(value) as string

test('what looks like a personal datum is masked wherever it stands, and nothing else is', () => {
  expect(
    text('call ada.l+x@mail.example.com or +49 (40) 123-45 67, DE89 3704 0044 0532 0130 00 FOR rent'),
  ).toBe('call [personal: e-mail] or [personal: phone], [personal: IBAN] FOR rent')
  expect(text('/x?mail=ada%40mail.example&tel=%2B4940123456')).toBe(
    '/x?mail=[personal: e-mail]&tel=[personal: phone]',
  )
  for (const plain of [
    '2026-11-20T08:02:47.123Z',
    '2026-11-20T08:02:47+02:00',
    '00-7c1e04a9d2b84f6fa0935be1c47d2f18-5f20c9e1a3b4c5d6-01',
    '0080012345678',
    '-1240000.25',
    'DE88370400440532013000',
    'HAM/FG1/DX-40',
    '@Ada, please look',
    '',
  ])
    expect(text(plain)).toBe(plain)
})

test('a message is masked by its paths and stays the JSON it was, digit by digit', () => {
  const before =
    '{ "id": 12345678901234567890, "price": 1.10, "shipTo": {"name": "Ada", "lines": ["a", 7], "vip": true, "note": null},\n "customer":{"name":"Ada","no":"C1"}, "rows": [{"e-mail": "x", "text": "ada\\u0040mail.example"}], "phone": 4940123456 }'
  const after = text(before)
  expect(after).toBe(
    '{ "id": 12345678901234567890, "price": 1.10, "shipTo": {"name": "[personal: ship to]", "lines": ["[personal: ship to]", "[personal: ship to]"], "vip": true, "note": null},\n "customer":{"name":"[personal: name]","no":"C1"}, "rows": [{"e-mail": "[personal: email]", "text": "[personal: e-mail]"}], "phone": "[personal: phone]" }',
  )
  expect(() => JSON.parse(after)).not.toThrow()
})

test('wherever a message is cut off, no part of a datum is left', () => {
  const whole =
    '{"contact":{"name":"Wilhelmina"},"note":"to wilhelmina@mail.example","iban":"DE89370400440532013000"}'
  for (let end = 1; end <= whole.length; end++) {
    const masked = text(whole.slice(0, end))
    expect(masked, whole.slice(0, end)).not.toMatch(/Wilh|wilh|DE89/)
  }
})

test('messages within messages, names that are data, and attributes with points in their names', () => {
  expect(text(JSON.stringify({ raw: JSON.stringify({ contact: { name: 'Ada' }, 'a@b.example': 1 }) }))).toBe(
    JSON.stringify({
      raw: JSON.stringify({ contact: { name: '[personal: contact]' }, '[personal: e-mail]': 1 }),
    }),
  )
  expect(
    usual.mask({
      attributes: { 'customer.name': 'Ada', 'user.name': 'ada', 'service.name': 'erp', 'x.phone': '1' },
      n: 7,
    }),
  ).toEqual({
    attributes: {
      'customer.name': '[personal: name]',
      'user.name': '[personal: name]',
      'service.name': 'erp',
      'x.phone': '[personal: phone]',
    },
    n: 7,
  })
  expect(
    usual.mask([
      { name: 'email', value: 'x' },
      { name: 'status', value: 'open' },
    ]),
  ).toEqual([
    { name: 'email', value: '[personal: email]' },
    { name: 'status', value: 'open' },
  ])
})

test('a reason names the field and not what stood there; a difference says where and not what', () => {
  expect(text('data.ship_to.name: expected at most 8 characters, found "Wilhelmina')).toBe(
    'data.ship_to.name: expected at most 8 characters, [personal: ship to]',
  )
  expect(text('data.customer: expected text, found {"name":"Wilhelmina","no":"C1","x":{"phone":"1')).toBe(
    'data.customer: expected text, found {"name":"[personal: name]","no":"C1","x":{"phone":"[personal: phone]"',
  )
  expect(text('post failed: [{"contact":"Wilhelmina","lines":2}] at 10:00')).toBe(
    'post failed: [{"contact":"[personal: contact]","lines":2}] at 10:00',
  )
  expect(text('data.contacts[0].phone: "abc" is not known')).toBe('data.contacts[0].phone: [personal: phone]')
  expect(text('data.lines: expected a whole number, found "x"')).toBe(
    'data.lines: expected a whole number, found "x"',
  )
  const diff =
    '--- as it came\n+++ corrected\n@@ -1,3 +1,3 @@\n {\n-    "name": "Ada",\n+    "name": "Bo",\n     "a": [\n       "b"\n'
  expect(text(diff)).toBe(
    '--- as it came\n+++ corrected\n@@ -1,3 +1,3 @@\n {\n-    "name": "[personal: value]",\n+    "name": "[personal: value]",\n     "a": [\n       "[personal: value]"\n',
  )
})

test("an estate's own words count instead of the usual; its patterns leave our own numbers alone", () => {
  const own = createRedactor(
    personal.parse({ fields: ['driver.*'], patterns: [{ name: 'badge', pattern: '\\b\\d{6}\\b' }] }),
  )
  expect(
    own.mask({ driver: { name: 'Ada' }, phone: '1', amount: '123456', at: '2026-11-20T08:02:47.123456Z' }),
  ).toEqual({
    driver: { name: '[personal: driver]' },
    phone: '1',
    amount: '123456',
    at: '2026-11-20T08:02:47.123456Z',
  })
  expect(
    own.mask({
      attributes: { a: '123456' },
      body: '{"b":123456}',
      c: 'badge 123456',
      d: `${'x '.repeat(400)}123456`,
    }),
  ).toEqual({
    attributes: { a: '[personal: badge]' },
    body: '{"b":"[personal: badge]"}',
    c: 'badge [personal: badge]',
    d: '[personal: badge]',
  })
  const none = createRedactor(personal.parse({ fields: [], patterns: [] }))
  expect(none.mask({ email: 'a@b.example' })).toEqual({ email: 'a@b.example' })
})

test('rules that could not be kept are refused', () => {
  expect(personal.safeParse({ fields: ['customer email'] }).success).toBe(false)
  expect(personal.safeParse({ patterns: ['passport'] }).success).toBe(false)
  expect(personal.safeParse({ patterns: [{ name: 'x', pattern: '(a+)+' }] }).success).toBe(false)
})
