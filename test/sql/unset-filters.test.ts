import { describe, expect, test } from 'vitest'
import { readSqlFolder } from '../../sql/files.ts'
import { leaveOutUnset, readGuards } from '../../sql/unset-filters.ts'

const sql = `SELECT number FROM cases
WHERE state = 'open'
  AND ({q:String} = '' OR position(key, {q:String}) > 0 OR note = ')')
  AND (empty({numbers:Array(UInt64)}) OR number IN {numbers:Array(UInt64)})
  AND ({plant:String} = '' OR plant = {plant:String}) AND ({flow:String} = '' OR flow = {flow:String})
  AND ({state:String} = 'all' OR state = {state:String})
ORDER BY number`
const leaveOut = (params: Record<string, unknown>) => leaveOutUnset(readGuards(sql), params).split('\n')
const unset = { q: '', numbers: [], plant: '', flow: '', state: '' }

describe('conditions of filters that are not set', () => {
  test('are left out, each a line of its own; every other line stands', () => {
    expect(leaveOut(unset)).toEqual(sql.split('\n').filter((_, index) => index !== 2 && index !== 3))
  })
  test('stand as soon as their filter says something', () => {
    expect(leaveOut({ ...unset, q: '0', numbers: [0] })).toEqual(sql.split('\n'))
  })
  test('stand while nobody says what the filter is', () => {
    expect(leaveOut({})).toEqual(sql.split('\n'))
  })
})

test('the queue’s lists are made so', () => {
  const guards = readGuards(readSqlFolder('queries').get('exception_numbers') ?? '').flatMap(
    ({ guard }) => guard ?? [],
  )
  expect(guards).toEqual(expect.arrayContaining(['q', 'numbers', 'plant', 'statuses', 'assignee', 'mention']))
})

test('a section that does not hold is left out, with the filters in it; one that holds stays', () => {
  const sql = [
    'SELECT 1 AS one WHERE {is_by_row:Bool}',
    '-- if hour_from < hour_to',
    'UNION ALL SELECT 2 WHERE {hour_from:UInt32} < {hour_to:UInt32}',
    "  AND ({flow:String} = '' OR flow = {flow:String})",
    '-- end',
    '-- if is_by_row',
    'UNION ALL SELECT 3',
    '-- end',
    '-- if not is_by_row',
    'UNION ALL SELECT 4',
    '-- end',
    'ORDER BY one',
  ].join('\n')
  const left = (params: Record<string, unknown>) =>
    leaveOutUnset(readGuards(sql), params)
      .split('\n')
      .filter((line) => !line.startsWith('--'))
  const [first, second, filter, third, fourth, last] = sql
    .split('\n')
    .filter((line) => !line.startsWith('--'))
  expect(left({ hour_from: 5, hour_to: 5, flow: 'otc', is_by_row: true })).toEqual([first, third, last])
  expect(left({ hour_from: 4, hour_to: 5, flow: 'otc', is_by_row: false })).toEqual([
    first,
    second,
    filter,
    fourth,
    last,
  ])
  expect(left({ hour_from: 4, hour_to: 5, flow: '', is_by_row: false })).toEqual([
    first,
    second,
    fourth,
    last,
  ])
})
