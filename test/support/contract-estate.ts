import { scenarioEstate } from './scenario.ts'

/** An estate with a contract that uses every rule, one with two versions, and one of references. */
export const contractEstate = (extra = '') =>
  scenarioEstate(`
units: [{ unit: PCE, aliases: [ST] }, { unit: BOX, base: PCE, factor: 12 }]
flows:
  - flow: order_to_cash
    name: Order to cash
    tier: 1
    owner: ops
    stages:
      - { stage: ordered, name: Ordered, role: crm, event: order.created }
      - { stage: shipped, name: Shipped, role: wms, event: order.shipped, handoff: { name: Ship, objective: 4h } }
contracts:
  - event: order.created
    additional: break
    time: { allowed_skew: 10s, latest_age: 30d }
    fields:
      - { path: partner, required: true, max_length: 8 }
      - { path: data.order, required: true, pattern: '^SO-\\d+$' }
      - { path: data.note, min_length: 3, max_length: 10 }
      - { path: data.channel, values: [web, phone] }
      - { path: data.carrier, pattern: '^[A-Z]{4}$', severity: deviate }
      - { path: data.lines, type: integer, min: 1, max: 99 }
      - { path: data.weight, type: decimal, min: '0.001', max: 1200, unit: data.weight_unit }
      - { path: data.weight_unit }
      - { path: data.express, type: boolean }
      - { path: data.promised, type: moment }
      - { path: data.local, type: moment, zone: any }
      - { path: data.day, type: date }
      - { path: 'data.parts[].no', type: integer, required: true }
      - { path: 'data.parts[].colour', values: [red, blue], severity: deviate }
      - { path: 'data.states.order_lines[].quantity', type: decimal, max: 1000, unit: 'data.states.order_lines[].unit' }
      - { path: 'data.states.order_lines[].unit_price', type: decimal, required: true, min: 0 }
  - { event: order.shipped, version: 1, version_from: dataschema, deprecated: '2026-01-01', additional: deviate, fields: [{ path: data.delivery, required: true }] }
  - { event: order.shipped, version: 2, version_from: dataschema, fields: [{ path: data.delivery, required: true, min_length: 5 }] }
  - { event: order.shipped, version: '0.9', version_from: dataschema, retired: '2025-06-01' }
  - event: order.accepted
    flow: order_to_cash
    fields:
      - { path: partner, reference: partners }
      - { path: 'data.states.order_lines[].item', required: true, reference: items }
  - event: order.routed
    fields:
      - { path: data.to, required: true, reference: plants }
      - { path: 'data.hops[].plant', reference: plants, severity: deviate }
${extra}`)

/** A message that keeps the contract of order.created in every rule. */
export const goodOrder = () => ({
  order: 'SO-1',
  note: 'fragile',
  channel: 'web',
  carrier: 'DHLX',
  lines: 2,
  weight: '12.5',
  weight_unit: 'ST',
  express: true,
  promised: '2026-01-07T09:00:00+01:00',
  local: '2026-01-07T09:00:00',
  day: '2026-02-28',
  parts: [
    { no: 1, colour: 'red' },
    { no: '2', colour: 'blue' },
  ],
  states: {
    order_lines: [
      {
        order_type: 'sales',
        order_no: 'SO-1',
        line_no: '10',
        item: 'DX-40',
        quantity: '5',
        unit: 'BOX',
        unit_price: '1.50',
      },
    ],
  },
})
