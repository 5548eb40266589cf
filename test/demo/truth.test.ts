import { expect, test } from 'vitest'
import type { TruthLine } from '../../server/demo/effects.ts'
import { compareTruth, heldPlants, writeReport } from '../support/truth.ts'

const at = new Date('2026-11-20T12:00:00Z')
const marginMs = 60_000
const found = (key: string, visible_at: string, corrected_at: string | null) => ({
  check: 'inventory_on_hand',
  plant: 'HAM',
  key,
  class: 'quantity',
  visible_at: `2026-11-20T${visible_at}Z`,
  corrected_at: corrected_at && `2026-11-20T${corrected_at}Z`,
})
const line = (id: string, expected: TruthLine['expected'], more: Partial<TruthLine> = {}): TruthLine => ({
  id,
  kind: 'lost_message',
  plant: 'HAM',
  injected_at: '2026-11-20T10:00:00Z',
  visible_at: '2026-11-20T10:05:00Z',
  corrected_at: null,
  expected,
  quarantined: [],
  ...more,
})
const open = (key: string) => ({ check: 'inventory_on_hand', plant: 'HAM', key, class: 'quantity' })

test('what must be open, what may be, and what may not', () => {
  const truth = [
    line('open', [found('FG1/A', '10:05:00', null)]),
    line('missed', [found('FG1/B', '10:05:00', '14:00:00')]),
    line('just opening', [found('FG1/C', '11:59:30', null)]),
    line('just mended', [found('FG1/D', '10:05:00', '11:59:30')]),
    line('mended', [found('FG1/E', '10:05:00', '11:00:00')]),
    line('clock', [], { kind: 'clock_skew', quarantined: ['wms-1', 'wms-2'] }),
  ]
  const report = compareTruth({
    truth,
    open: [{ ...open('FG1/A'), cause: 'lost_message' }, open('FG1/D'), open('FG1/E'), open('FG1/X')],
    at,
    marginMs,
    quarantined: new Set(['wms-1']),
  })
  expect(report.missed).toEqual(['lost_message: inventory_on_hand HAM FG1/B quantity'])
  expect(report.false).toEqual([
    'inventory_on_hand HAM FG1/E quantity',
    'inventory_on_hand HAM FG1/X quantity',
  ])
  expect(report.unquarantined).toEqual(['wms-2'])
  expect(report.rows.find((row) => row.kind === 'lost_message')).toEqual({
    kind: 'lost_message',
    injected: 5,
    covered: 5,
    expected: 2,
    found: 1,
    missed: 1,
    false: 1,
    caused: 1,
  })
  expect(writeReport(report)).toContain('recall 50.0 %, 2 false, 1 missing in quarantine')
})

test('a case with another cause at rank 1 than was injected is named', () => {
  const truth = [line('open', [found('FG1/A', '10:05:00', null)])]
  const report = compareTruth({ truth, open: [{ ...open('FG1/A'), cause: 'wrong_sign' }], at, marginMs })
  expect(report.miscaused).toEqual(['lost_message: inventory_on_hand HAM FG1/A quantity: wrong_sign'])
  expect(writeReport(report)).toContain('the right cause at rank 1: 0 of 1, 0.0 %')
})

test('a case that is worth something else than was injected is named', () => {
  const worth = (key: string, amount: string) => ({ ...found(key, '10:05:00', null), amount })
  const truth = [line('open', [worth('FG1/A', '712.50'), worth('FG1/B', '712.50'), worth('FG1/C', '1.00')])]
  const report = compareTruth({
    truth,
    open: [
      { ...open('FG1/A'), amount: '712.5' },
      { ...open('FG1/B'), amount: '712.51' },
      { ...open('FG1/C'), amount: '1.0000001' },
    ],
    at,
    marginMs,
  })
  expect(report.misvalued).toEqual([
    'lost_message: inventory_on_hand HAM FG1/B quantity: 712.51, not 712.50',
    'lost_message: inventory_on_hand HAM FG1/C quantity: 1.0000001, not 1.00',
  ])
  expect(writeReport(report)).toContain('the amount exact: 1 of 3')
})

test('one key may be wrong for two reasons after each other', () => {
  const truth = [
    line('first', [found('FG1/A', '10:00:00', '12:00:20')]),
    line('second', [found('FG1/A', '11:00:00', '13:00:00')], { kind: 'stuck_interface' }),
  ]
  const report = compareTruth({ truth, open: [open('FG1/A')], at, marginMs })
  expect([report.missed, report.false]).toEqual([[], []])
})

test('a plant whose gateway holds back is known', () => {
  const edge = (corrected_at: string) =>
    line('edge', [], { kind: 'delayed_edge', injected_at: '2026-11-20T11:50:00Z', corrected_at })
  expect(heldPlants([edge('2026-11-20T12:10:00Z')], at, marginMs)).toEqual(['HAM'])
  expect(heldPlants([edge('2026-11-20T11:58:00Z')], at, marginMs)).toEqual([])
})
