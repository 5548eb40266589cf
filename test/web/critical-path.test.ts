import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findCriticalPath, rowsOnPath } from '../../web/lib/critical-path.ts'
import { buildTree } from '../../web/lib/trace-tree.ts'
import { span } from '../support/spans.ts'

const pathOf = (...spans: ReturnType<typeof span>[]) => {
  const tree = buildTree(spans)
  const path = findCriticalPath(tree)
  return {
    tree,
    path,
    told: [...path.stretches].map(([row, stretches]) => `${row.span.span_id} ${stretches.join(' ')}`).sort(),
  }
}

describe('the critical path of a trace', () => {
  test('of two that run beside each other the longer decides, and before it the span itself', () => {
    const { told, path } = pathOf(
      span('root', '', 0, 100),
      span('long', 'root', 10, 80),
      span('short', 'root', 10, 30),
    )
    expect(told).toEqual(['long 10,90', 'root 90,100 0,10'])
    expect(path.waits).toEqual([])
  })
  test('what runs one after the other is all on it, deeper as well', () => {
    const { told, tree, path } = pathOf(
      span('root', '', 0, 100),
      span('a', 'root', 5, 35),
      span('b', 'root', 50, 40),
      span('below b', 'b', 60, 25),
      span('beside', 'b', 60, 5),
    )
    expect(told).toEqual(['a 5,40', 'b 85,90 50,60', 'below b 60,85', 'root 90,100 40,50 0,5'])
    expect(rowsOnPath(tree.rows, path).map((row) => row.span.span_id)).toEqual(['root', 'a', 'b', 'below b'])
  })
  test('what a message set off goes on after its sender, and the time in between is a wait', () => {
    const { told, path } = pathOf(span('send', '', 0, 10), span('take', 'send', 500, 100))
    expect(told).toEqual(['send 0,10', 'take 500,600'])
    expect(path).toMatchObject({ waits: [[10, 500]], waited_ms: 490 })
  })
  test('a span without its parent counts like any other', () => {
    const { told, path } = pathOf(span('root', '', 0, 10), span('lost', 'gone', 20, 10))
    expect(told).toEqual(['lost 20,30', 'root 0,10'])
    expect(path.waited_ms).toBe(10)
  })
  test('ten thousand deep, and ten thousand beside each other', () => {
    const chain = Array.from({ length: 10_000 }, (_, at) =>
      span(`n${at}`, at ? `n${at - 1}` : '', at, 20_000 - 2 * at),
    )
    expect(pathOf(...chain).path.stretches.size).toBe(10_000)
    const flat = Array.from({ length: 10_000 }, (_, at) =>
      span(`n${at}`, at ? 'n0' : '', at, at ? 1 : 10_000),
    )
    expect(pathOf(...flat).path.stretches.size).toBe(10_000)
  })
  test('whatever the tree, each moment of the trace is decided once: by one span that runs, or by none', () => {
    const spans = fc
      .array(fc.tuple(fc.nat(20), fc.nat(100), fc.nat(50)), { minLength: 1, maxLength: 20 })
      .map((list) =>
        list.map(([parent, start, length], at) =>
          // a parent among those before it that begins no later, else none
          span(
            `s${at}`,
            at > 0 && (list[parent % at]?.[1] ?? 0) <= start ? `s${parent % at}` : '',
            start,
            length,
          ),
        ),
      )
    fc.assert(
      fc.property(spans, (given) => {
        const { tree, path } = pathOf(...given)
        const parts = [...[...path.stretches.values()].flat(), ...path.waits].sort((a, b) => a[0] - b[0])
        let at = 0
        for (const [from, to] of parts) {
          expect(from).toBe(at)
          at = to
        }
        expect(at).toBe(tree.length_ms)
        for (const [row, stretches] of path.stretches)
          for (const [from, to] of stretches) {
            expect(from).toBeGreaterThanOrEqual(row.offset_ms)
            expect(to).toBeLessThanOrEqual(row.offset_ms + row.duration_ms)
          }
      }),
    )
  })
})
