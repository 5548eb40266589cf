import { describe, expect, test } from 'vitest'
import { axisMarks, buildTree, cutRows, foldRows } from '../../web/lib/trace-tree.ts'
import { span } from '../support/spans.ts'

describe('the tree of a trace', () => {
  test('is cut at its top, or around the first span that failed', () => {
    const rowsOf = (failed: number[]) =>
      buildTree(Array.from({ length: 40 }, (_, at) => span(`s${at}`, '', at, 1, failed.includes(at)))).rows
    const cut = (failed: number[]) => {
      const { rows, from } = cutRows(rowsOf(failed), 14)
      return [from, rows.length, ...failed.map((at) => rows.some((row) => row.span.span_id === `s${at}`))]
    }
    expect(cut([])).toEqual([0, 14])
    expect(cut([13])).toEqual([0, 14, true])
    expect(cut([14])).toEqual([7, 14, true])
    expect(cut([25, 39])).toEqual([18, 14, true, false])
    expect(cut([39])).toEqual([26, 14, true])
    expect(cutRows(rowsOf([3]).slice(0, 5), 14)).toMatchObject({ from: 0, rows: { length: 5 } })
  })

  test('parents first, siblings by start, however they arrive', () => {
    const tree = buildTree([
      span('c', 'a', 30, 5, true),
      span('b', 'a', 10, 5),
      span('d', 'b', 12, 2),
      span('a', '', 0, 100),
    ])
    expect(tree.rows.map((row) => `${row.depth}${row.span.span_id}+${row.offset_ms}`)).toEqual([
      '0a+0',
      '1b+10',
      '2d+12',
      '1c+30',
    ])
    expect(tree.length_ms).toBe(100)
    expect(tree.rows.map((row) => row.below)).toEqual([3, 1, 0, 0])
    expect(tree.rows.map((row) => row.failed)).toEqual([true, false, false, true])
  })
  test('a lost parent and a loop lose no span', () => {
    const tree = buildTree([
      span('a', 'gone', 5, 1),
      span('x', 'y', 6, 1),
      span('y', 'x', 7, 1),
      span('s', 's', 8, 1),
    ])
    expect(tree.rows.map((row) => row.span.span_id).sort()).toEqual(['a', 's', 'x', 'y'])
  })
  test('ten thousand deep', () => {
    const spans = Array.from({ length: 10_000 }, (_, i) => span(`n${i}`, i ? `n${i - 1}` : '', i, 1))
    const tree = buildTree(spans)
    expect(tree.rows).toHaveLength(10_000)
    expect(tree.rows[0]?.below).toBe(9_999)
  })
  test('folding hides all that is below', () => {
    const { rows } = buildTree([
      span('a', '', 0, 9),
      span('b', 'a', 1, 1),
      span('c', 'b', 1, 1),
      span('d', 'a', 2, 1),
    ])
    expect(foldRows(rows, new Set(['b'])).map((row) => row.span.span_id)).toEqual(['a', 'b', 'd'])
    expect(foldRows(rows, new Set(['a'])).map((row) => row.span.span_id)).toEqual(['a'])
  })
  test('nothing', () => {
    expect(buildTree([])).toEqual({ rows: [], length_ms: 0 })
    expect(axisMarks(0)).toEqual([0])
    expect(axisMarks(39_500)).toEqual([0, 10_000, 20_000, 30_000])
    expect(axisMarks(15 * 60_000)).toEqual([0, 300_000, 600_000, 900_000])
    expect(axisMarks(3_600_000 * 1.1)).toEqual([0, 900_000, 1_800_000, 2_700_000, 3_600_000])
  })
})
