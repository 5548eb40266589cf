import { expect, test } from 'vitest'
import { markLines } from '../../web/lib/message-lines.ts'

const message = {
  id: 'm1',
  time: '2027-01-01T00:00:00Z',
  data: {
    order: 'SO-1',
    empty: [],
    none: {},
    tags: ['a', 'b'],
    states: { order_lines: [{ item: 'A1' }, { item: 'GX4', quantity: '6' }] },
    'odd"key': 1,
  },
}
const body = JSON.stringify(message, null, 2)
const marked = (...reasons: string[]) =>
  markLines(body, reasons)
    .filter((line) => line.wrong.length > 0)
    .map((line) => [line.text.trim(), ...line.wrong])

test('a reason stands at the value it is about, however deep', () => {
  expect(marked('time: is 300 d in the future')).toEqual([
    ['"time": "2027-01-01T00:00:00Z",', 'is 300 d in the future'],
  ])
  expect(marked('data.states.order_lines[1].item: expected a key of items, found "GX4"')).toEqual([
    ['"item": "GX4",', 'expected a key of items, found "GX4"'],
  ])
  expect(marked('data.tags[1]: expected "c"')).toEqual([['"b"', 'expected "c"']])
  expect(marked('data.states: expected an object of entities')).toEqual([
    ['"states": {', 'expected an object of entities'],
  ])
})

test('several at one place are all told, in their order', () => {
  expect(marked('data.order: too long', 'id: is known', 'data.order: not a key')).toEqual([
    ['"id": "m1",', 'is known'],
    ['"order": "SO-1",', 'too long', 'not a key'],
  ])
})

test('what is missing is told where it should be', () => {
  expect(marked('data.states.order_lines[0].quantity: is missing')).toEqual([['{', 'quantity: is missing']])
  expect(marked('data.empty[0].no: is missing')).toEqual([['"empty": [],', '[0].no: is missing']])
  expect(marked('partner: is missing')).toEqual([['{', 'partner: is missing']])
})

test('what names no place marks nothing; a text that is no message keeps its lines', () => {
  expect(marked('not a JSON object', 'it broke')).toEqual([])
  expect(markLines('a;b\n1;2', ['b: is missing'])).toEqual([
    { text: 'a;b', wrong: [] },
    { text: '1;2', wrong: [] },
  ])
  expect(
    markLines(body, [])
      .map((line) => line.text)
      .join('\n'),
  ).toBe(body)
})
