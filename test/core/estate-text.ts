/** A small estate that uses every part of the file; tests break it one line at a time. */
export const goodEstate = `name: Test works
currency: EUR
rates: { date: '2026-01-01', values: { GBP: '1.25', JPY: 0.0061 } }
allowed_skew: 90s
plants:
  - plant: HAM
    name: Hamburg
    region: EMEA
    time_zone: Europe/Berlin
    currency: EUR
    shifts: [{ name: Early, from: '06:00', to: '14:00' }]
  - { plant: SHF, name: Sheffield, time_zone: Europe/London, currency: GBP }
systems:
  - { system: erp, name: ERP, role: erp, record_of: [items] }
  - { system: crm, name: CRM, role: crm }
  - { system: wms, name: Warehouse, role: wms, plants: [HAM] }
teams:
  - { team: ops, name: Operations }
  - { team: sales, name: Sales desk }
units:
  - { unit: EA, aliases: [PCE] }
  - { unit: CS, base: EA, factor: 12 }
flows:
  - flow: order_to_cash
    name: Order to cash
    tier: 1
    owner: sales
    stages:
      - { stage: ordered, name: Ordered, role: crm, event: com.example.order.placed }
      - stage: shipped
        name: Shipped
        role: wms
        event: com.example.shipment.posted
        handoff: { name: Release, objective: 4h }
sources:
  - { source: crm_events, kind: events, system: crm, stale_after: 10m }
  - { source: wms_events, kind: events, system: wms, origin: urn:wms:ham }
  - source: erp_files
    kind: files
    system: erp
    folder: export
    pattern: 'Items*.csv'
    format: csv
    plant: { const: HAM }
    states:
      items:
        item: ProductID
        name: Name
        standard_cost: StandardCost
checks:
  - { check: inventory_on_hand, team: ops, grace: 15m, tolerance: 0.5, materiality: 5000, flow: order_to_cash }
masters:
  - { master: items, record: erp, consumers: [wms, crm], accept_within: 30m }
`
