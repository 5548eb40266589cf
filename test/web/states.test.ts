import { expect, test } from 'vitest'
import type { StateView } from '../../server/api/schemas/exceptions.ts'
import { groupStates } from '../../web/lib/states.ts'

function state(entity: string, side: 'left' | 'right', values: Record<string, string>): StateView {
  return {
    entity,
    side,
    system: side,
    system_name: side,
    values: Object.entries(values).map(([name, value]) => ({ name, value })),
    version: '1',
    occurred_at: '2026-01-15T00:00:00Z',
    received_at: '2026-01-15T00:00:00Z',
    trace_id: '',
    load: '7',
  }
}

test('one record a side is a pair, left first', () => {
  const groups = groupStates([state('lines', 'right', { q: '1' }), state('lines', 'left', { q: '2' })])
  expect(groups).toMatchObject([{ kind: 'pair', states: [{ side: 'left' }, { side: 'right' }] }])
})

test('three systems with one record each stand side by side', () => {
  const third = { ...state('lines', 'right', { q: '3' }), system: 'crm', system_name: 'CRM' }
  const groups = groupStates([state('lines', 'right', { q: '1' }), third, state('lines', 'left', { q: '2' })])
  expect(groups).toMatchObject([
    { kind: 'pair', states: [{ system: 'left' }, { system: 'right' }, { system: 'crm' }] },
  ])
})

test('many records are matched by reference, the lonely ones first', () => {
  const groups = groupStates([
    state('movements', 'left', { ref: 'A', quantity: '-60' }),
    state('movements', 'right', { ref: 'A', quantity: '-60' }),
    state('movements', 'right', { ref: 'B', quantity: '-12' }),
  ])
  expect(groups).toMatchObject([{ kind: 'refs', unmatched: 1, rows: [{ ref: 'B' }, { ref: 'A' }] }])
})

test('many records without a reference are listed', () => {
  const groups = groupStates([state('bills', 'left', { q: '1' }), state('bills', 'left', { q: '2' })])
  expect(groups).toMatchObject([{ kind: 'list' }])
  expect(groupStates([])).toEqual([])
})
