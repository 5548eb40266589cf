import { expect, test } from 'vitest'
import { codeWords } from '../../web/lib/codes.ts'
import { prettyJson } from '../../web/lib/pretty-json.ts'

test('JSON gets a line for each entry, and its numbers stay as they came', () => {
  expect(
    prettyJson('{"id":9007199254740993,"price":1.10,"tags":["a, {b}","c\\"d"],"none":{},"empty":[]}'),
  ).toBe(
    `{
  "id": 9007199254740993,
  "price": 1.10,
  "tags": [
    "a, {b}",
    "c\\"d"
  ],
  "none": {},
  "empty": []
}`,
  )
})

test.each(['', 'not json', '{"cut": "off', '17', '"text"'])('%j stays as it is', (text) => {
  expect(prettyJson(text)).toBe(text)
})

test('what is indented already says the same', () => {
  const value = { a: [1, { b: null }], c: true }
  expect(prettyJson(JSON.stringify(value, null, 8))).toBe(JSON.stringify(value, null, 2))
})

test('a rule is said in words; one nobody has words for as it is', () => {
  expect(codeWords('time.future')).toBe('Stamped in the future')
  expect(codeWords('rule.of.tomorrow')).toBe('rule.of.tomorrow')
})
