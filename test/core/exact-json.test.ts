import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addressMessage, diffMessages } from '../../reconcilers/replay/message-text.ts'
import { readExactly, writeExactly } from '../../server/core/exact-json.ts'

test('what is read and written again says the same, to the last digit', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(writeExactly(readExactly(JSON.stringify(value))))).toEqual(
        JSON.parse(JSON.stringify(value)),
      )
    }),
  )
  for (const number of ['12345678901234567890', '0.100000', '1e400', '-0.000001', '9007199254740993'])
    expect(writeExactly(readExactly(`{"a":${number},"b":[${number}]}`))).toBe(
      `{"a":${number},"b":[${number}]}`,
    )
})

test('of a name that stands twice the last counts; what is no JSON says nothing', () => {
  expect(writeExactly(readExactly('{"a":1,"a":2}'))).toBe('{"a":2}')
  expect(readExactly('{"a":')).toBeUndefined()
})

test('a message that is sent again has every digit it came with', () => {
  const body = '{"id":"m1","source":"crm","data":{"ticket":12345678901234567890,"amount":712.100000}}'
  expect(addressMessage(body, 'm1', 1)).toBe(
    '{"id":"m1.c1","source":"crm","data":{"ticket":12345678901234567890,"amount":712.100000},"corrects":"m1"}',
  )
  expect(diffMessages(body, body.replace('890,', '891,'))).toContain('+    "ticket": 12345678901234567891')
})
