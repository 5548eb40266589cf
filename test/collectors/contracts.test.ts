import { describe, expect, test } from 'vitest'
import {
  type CloudEvent,
  readCloudEvent,
  writeCloudEvent,
  writeEnvelope,
} from '../../collectors/contracts/cloud-event.ts'
import { createVocabulary } from '../../collectors/contracts/vocabulary.ts'
import { parseEstate } from '../../server/core/estate.ts'
import { longestMatched } from '../../server/core/safe-pattern.ts'
import { goodEstate } from '../core/estate-text.ts'
import { contractEstate, goodOrder } from '../support/contract-estate.ts'
import { scenarioEstate } from '../support/scenario.ts'

const now = new Date('2026-01-05T09:00:00Z')
const translate = createVocabulary(contractEstate())

function read(more: Record<string, unknown> = {}): CloudEvent {
  const { event, reasons } = readCloudEvent({
    specversion: '1.0',
    id: 'e1',
    source: 'crm',
    type: 'order.created',
    subject: 'SO-1',
    time: '2026-01-05T08:00:00Z',
    plant: 'HAM',
    partner: 'C-1',
    data: goodOrder(),
    ...more,
  })
  if (!event) throw new Error(reasons.join())
  return event
}
const judge = (more: Record<string, unknown> = {}, vocabulary = translate) => {
  const [line] = vocabulary(read(more), now)
  const { kind, reasons = [], codes = [], deviations = [], refs = [] } = line as NonNullable<typeof line>
  return { kind, reasons, codes, deviations, refs }
}
const withData = (data: Record<string, unknown>) => judge({ data: { ...goodOrder(), ...data } })

test('a message that keeps every rule is let in, and nothing is said of it', () => {
  expect(judge()).toEqual({ kind: 'event', reasons: [], codes: [], deviations: [], refs: [] })
})

test('every reason is collected, in the order of the rules, with a code each', () => {
  const { kind, reasons, codes } = withData({
    order: 'X',
    lines: 100,
    weight: '0',
    weight_unit: 'STONE',
    moon: 1,
  })
  expect(kind).toBe('quarantine')
  expect(reasons).toEqual([
    'data.order: expected text of the pattern ^SO-\\d+$, found "X"',
    'data.lines: expected at least 1 and at most 99, found 100',
    'data.weight_unit: expected a unit of this estate, found "STONE"',
    'data.moon: is not a field of the contract',
  ])
  expect(codes).toEqual(['field.pattern', 'field.range', 'unit.unknown', 'field.unknown'])
})

test('what the model and the contract both say of one place is said once', () => {
  const [line] = goodOrder().states.order_lines
  const { reasons, codes } = withData({ states: { order_lines: [{ ...line, unit_price: '1,5' }] } })
  expect(codes).toEqual(['field.type'])
  expect(reasons).toHaveLength(1)
})

describe('places', () => {
  test('of rows each is named, and a list that is missing or empty lacks what is required', () => {
    expect(withData({ parts: [{ no: 1 }, { colour: 'red' }, 7] }).reasons).toEqual([
      'data.parts[1].no: is missing',
      'data.parts[2]: expected an object, found 7',
    ])
    for (const parts of [[], null, undefined])
      expect(withData({ parts }).reasons).toEqual(['data.parts[].no: is missing'])
    expect(withData({ parts: { no: 1 } }).reasons).toEqual(['data.parts: expected a list, found {"no":1}'])
  })
  test('a row that says what is gone need not say more', () => {
    const gone = { order_type: 'sales', order_no: '1', line_no: '1', deleted: true }
    expect(withData({ states: { order_lines: [gone] } }).kind).toBe('event')
  })
  test('what every object has of itself is not in the data', () => {
    const estate = scenarioEstate(
      "contracts: [{ event: e, fields: [{ path: data.constructor, required: true }, { path: 'data.toString' }] }]",
    )
    expect(judge({ type: 'e', data: {} }, createVocabulary(estate)).reasons).toEqual([
      'data.constructor: is missing',
    ])
  })
  test.each([
    ['text', 'x'],
    ['a list', []],
    ['nothing', null],
  ])('data that is %s lacks all that is required', (_name, data) => {
    expect(judge({ data }).reasons).toEqual([
      'data.order: is missing',
      'data.parts[].no: is missing',
      'data.states.order_lines[].unit_price: is missing',
    ])
  })
})

test('deviations name the rule and the field, once each, whatever the rows', () => {
  const parts = [1, 2, 3].map((no) => ({ no, colour: 'green' }))
  expect(withData({ parts, carrier: 'dhl' })).toMatchObject({
    kind: 'event',
    deviations: ['field.pattern data.carrier', 'field.enum data.parts[].colour'],
  })
})

describe('versions', () => {
  const shipped = (version: string | undefined, more = {}) =>
    judge({
      type: 'order.shipped',
      data: { delivery: '80041' },
      ...(version === undefined ? {} : { dataschema: `https://schemas.example/shipment/${version}` }),
      ...more,
    })
  test('a message is held to the version it states, and to the newest when it states none', () => {
    expect(shipped('2').kind).toBe('event')
    expect(shipped('v2', { data: { delivery: '8' } }).codes).toEqual(['field.length'])
    expect(shipped(undefined, { data: { delivery: '8' } }).codes).toEqual(['field.length'])
    expect(shipped('1', { data: { delivery: '8' } }).kind).toBe('event')
  })
  test('a deprecated version deviates from its day on, a retired one breaks, an unknown one too', () => {
    expect(shipped('1').deviations).toEqual(['version.deprecated dataschema'])
    expect(shipped('1', { time: '2025-12-31T23:59:59Z' }).deviations).toEqual([])
    expect(shipped('1', { data: { delivery: '1', a: 1, b: 2 } }).deviations).toEqual([
      'version.deprecated dataschema',
      'field.unknown data',
    ])
    expect(shipped('0.9')).toMatchObject({
      codes: ['version.retired'],
      reasons: ['dataschema: expected a version newer than 0.9, which is retired since 2025-06-01'],
    })
    expect(shipped('3')).toMatchObject({
      codes: ['version.unknown'],
      reasons: ['dataschema: expected one of 1, 2, 0.9, found "3"'],
    })
  })
})

test('what is named elsewhere goes along for the engine to judge, beside what is broken already', () => {
  const [line] = goodOrder().states.order_lines
  const data = { states: { order_lines: [line, { ...line, line_no: '20', item: '0042' }] } }
  const refs = [
    { path: 'partner', entity: 'partners', value: 'C-1' },
    { path: 'data.states.order_lines[0].item', entity: 'items', value: 'DX-40' },
    { path: 'data.states.order_lines[1].item', entity: 'items', value: '0042' },
  ]
  expect(judge({ type: 'order.accepted', data })).toMatchObject({ kind: 'event', refs })
  expect(judge({ type: 'order.accepted', data, plant: 'XXX' })).toMatchObject({ kind: 'quarantine', refs })
})

test('a plant that is named must be one of the estate, which the door knows itself', () => {
  const routed = (data: Record<string, unknown>) => judge({ type: 'order.routed', data })
  expect(routed({ to: 'HAM', hops: [{ plant: 'SHF' }] })).toMatchObject({ kind: 'event', refs: [] })
  expect(routed({ to: 'ham' })).toMatchObject({
    codes: ['plant.unknown'],
    reasons: ['data.to: expected a plant of this estate, found "ham"'],
    refs: [],
  })
  expect(routed({ to: 'SHF', hops: [{ plant: '' }, { plant: 'XXX' }] })).toMatchObject({
    kind: 'event',
    deviations: ['plant.unknown data.hops[].plant'],
  })
})

test('a quantity too large for its base unit is refused alone; the engine could not convert it', () => {
  const [line] = goodOrder().states.order_lines
  const row = { ...line, quantity: '999999999999999999' }
  expect(withData({ states: { order_lines: [row] } })).toMatchObject({
    codes: ['unit.range', 'field.range'],
    reasons: [
      'data.states.order_lines[0].quantity: expected at most 18 digits in PCE, found 999999999999999999 × 12',
      'data.states.order_lines[0].quantity: expected at most 1000 PCE, found "999999999999999999" BOX (11999999999999999988 PCE)',
    ],
  })
})

describe('a range of what has a unit', () => {
  const weighing = (weight: string, weight_unit: string) => withData({ weight, weight_unit }).reasons
  test('is one of base units, whatever the sender counts in', () => {
    expect(weighing('1200', 'PCE')).toEqual([])
    expect(weighing('100', 'BOX')).toEqual([])
    expect(weighing('100.000001', 'BOX')).toEqual([
      'data.weight: expected at least 0.001 and at most 1200 PCE, found "100.000001" BOX (1200.000012 PCE)',
    ])
    expect(weighing('1201', 'ST')).toEqual([
      'data.weight: expected at least 0.001 and at most 1200 PCE, found "1201" ST (1201 PCE)',
    ])
    expect(weighing('0', 'PCE')).toEqual([
      'data.weight: expected at least 0.001 and at most 1200 PCE, found "0" PCE',
    ])
    // less than the least in what was sent, not in what it comes to
    expect(weighing('0.0001', 'BOX')).toEqual([])
  })
  test('of a state is judged by the same factor', () => {
    const [line] = goodOrder().states.order_lines
    const ordered = (quantity: string, unit: string) =>
      withData({ states: { order_lines: [{ ...line, quantity, unit }] } }).reasons
    expect(ordered('1000', 'PCE')).toEqual([])
    expect(ordered('83', 'BOX')).toEqual([])
    expect(ordered('84', 'BOX')).toEqual([
      'data.states.order_lines[0].quantity: expected at most 1000 PCE, found "84" BOX (1008 PCE)',
    ])
    expect(ordered('84', 'STONE')).toEqual([
      'data.states.order_lines[0].unit: "STONE" is not a unit of this estate',
    ])
  })
})

test('a long text is not held against a pattern: it does not match', () => {
  const order = `SO-${'1'.repeat(longestMatched)}`
  expect(withData({ order }).codes).toEqual(['field.pattern'])
  expect(withData({ order: order.slice(0, longestMatched) }).kind).toBe('event')
})

test('a message is written so that it can be sent again, whole and in two parts', () => {
  for (const more of [
    {},
    { data: null },
    { data: undefined, data_base64: 'AAE=' },
    { dataschema: 'urn:x:1', time: undefined },
  ]) {
    const event = read(more)
    expect(readCloudEvent(JSON.parse(writeCloudEvent(event)))).toEqual({ event, reasons: [] })
    expect(JSON.parse(`${writeEnvelope(event)}${JSON.stringify(event.data)}}`)).toEqual(
      JSON.parse(writeCloudEvent(event)),
    )
  }
})

test('what occurred longer ago than the estate allows is refused, without a contract too', () => {
  const strict = createVocabulary(parseEstate(goodEstate))
  const at = (days: number) =>
    judge(
      { type: 'other', data: {}, time: new Date(now.getTime() - days * 86_400_000).toISOString() },
      strict,
    )
  expect(at(399)).toMatchObject({ kind: 'event', codes: [] })
  expect(at(401)).toMatchObject({
    kind: 'quarantine',
    codes: ['time.age'],
    reasons: ['time: 2024-11-30T09:00:00.000Z is 401 d 0 h ago; at most 400 d 0 h are allowed'],
  })
  const heartbeat = { type: 'com.plumbline.watermark.v1', time: '2001-01-01T00:00:00Z' }
  expect(judge(heartbeat, strict).kind).toBe('watermark')
})

describe('properties, over a thousand random messages', () => {
  let state = 7
  const next = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return state / 2 ** 32
  }
  const pick = <Each>(list: readonly Each[]): Each => list[Math.floor(next() * list.length)] as Each
  const junk = [
    null,
    '',
    0,
    -1,
    3.5,
    1e21,
    true,
    'web',
    'SO-1',
    '2026-01-01',
    'x'.repeat(500),
    '\u{1f600}',
    [],
    [[]],
    {},
    { no: {} },
    [{ no: 1 }],
  ]
  const names = Object.keys(goodOrder())
  const spoilt = () => {
    const data: Record<string, unknown> = goodOrder()
    for (let count = Math.floor(next() * 4); count > 0; count--) data[pick(names)] = pick(junk)
    return data
  }
  test('never fails, has a code for each reason, and is let in exactly when there is none', () => {
    let broken = 0
    for (let round = 0; round < 1_000; round++) {
      const { kind, reasons, codes, deviations } = judge({ data: spoilt() })
      expect(codes).toHaveLength(reasons.length)
      expect(kind === 'quarantine').toBe(reasons.length > 0)
      expect(new Set(reasons).size).toBe(reasons.length)
      for (const text of reasons) expect(text).toMatch(/^[\w.[\]]+: \S/)
      for (const text of deviations) expect(text).toMatch(/^(field\.\w+) data\.(carrier|parts\[\]\.colour)$/)
      broken += Number(kind === 'quarantine')
    }
    expect(broken).toBeGreaterThan(300)
    expect(broken).toBeLessThan(1_000)
  })
  test('what is wrong in one field is said whatever is wrong in others', () => {
    for (let round = 0; round < 1_000; round++) {
      const data = { ...spoilt(), channel: 'pigeon' }
      expect(judge({ data }).reasons).toContain('data.channel: expected one of web, phone, found "pigeon"')
    }
  })
})
