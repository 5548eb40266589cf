/** Something the plants make, buy or sell. Costs in euros; a plant keeps them in its own currency. */
export type Item = {
  item: string
  name: string
  unit: 'PCE' | 'KG' | 'M'
  cost: number
  /** made here, bought and sold on, or bought and used up */
  kind: 'made' | 'spare' | 'raw'
  home: string
  /** where it goes when its home is full */
  overflow: string
  batch: string
  /** ordered in boxes of twelve as well as in pieces */
  boxed: boolean
  /** usual quantity of an order line, in base units */
  lot: number
  /** what one piece uses up */
  uses: { item: string; quantity: number }[]
}

const made = (
  item: string,
  name: string,
  cost: number,
  lot: number,
  home: string,
  uses: Record<string, number>,
): Item => ({
  item,
  name,
  unit: 'PCE',
  cost,
  kind: 'made',
  home,
  overflow: 'FG3',
  batch: '',
  boxed: false,
  lot,
  uses: Object.entries(uses).map(([part, quantity]) => ({ item: part, quantity })),
})
const spare = (item: string, name: string, cost: number, lot: number, boxed = true): Item => ({
  item,
  name,
  unit: 'PCE',
  cost,
  kind: 'spare',
  home: 'SP1',
  overflow: 'SP2',
  batch: '',
  boxed,
  lot,
  uses: [],
})
const raw = (
  item: string,
  name: string,
  unit: Item['unit'],
  cost: number,
  batch = '',
  boxed = false,
): Item => ({
  item,
  name,
  unit,
  cost,
  kind: 'raw',
  home: 'RM1',
  overflow: 'RM2',
  batch,
  boxed,
  lot: 40,
  uses: [],
})

export const items: readonly Item[] = [
  made('DX-22', 'Drive unit 2.2 kW', 318, 14, 'FG1', { 'CW-08': 3, 'LS-050': 6 }),
  made('DX-40', 'Drive unit 4.0 kW', 486, 12, 'FG1', { 'CW-08': 5, 'LS-050': 9 }),
  made('DX-75', 'Drive unit 7.5 kW', 742, 8, 'FG1', { 'CW-12': 8, 'LS-065': 12 }),
  made('DX-110', 'Drive unit 11 kW', 1094, 5, 'FG1', { 'CW-12': 11, 'LS-065': 16 }),
  made('GX-2', 'Gearbox 1:40', 742, 8, 'FG1', { 'GS-20': 2, 'HB-40': 1 }),
  made('GX-4', 'Gearbox 1:60', 866, 6, 'FG1', { 'GS-20': 3, 'HB-40': 1 }),
  made('GX-8', 'Gearbox 1:100', 1240, 4, 'FG2', { 'GS-20': 4, 'HB-60': 1 }),
  made('MT-15', 'Motor 1.5 kW', 164, 20, 'FG1', { 'CW-08': 2, 'LS-050': 4 }),
  made('MT-40', 'Motor 4.0 kW', 268, 16, 'FG1', { 'CW-08': 4, 'LS-050': 7 }),
  made('MT-75', 'Motor 7.5 kW', 402, 12, 'FG2', { 'CW-12': 7, 'LS-065': 10 }),
  made('PM-15', 'Pump 15 m³/h', 226, 18, 'FG1', { 'SR-38': 1, 'HB-40': 1 }),
  made('PM-30', 'Pump 30 m³/h', 388, 12, 'FG2', { 'SR-38': 1, 'HB-60': 1 }),
  made('CX-40', 'Coupling 40 Nm', 232, 20, 'FG1', { 'SR-25': 1 }),
  made('CX-90', 'Coupling 90 Nm', 418, 14, 'FG2', { 'SR-38': 1 }),
  made('VF-11', 'Frequency converter 1.1 kW', 296, 16, 'FG1', { 'PB-11': 1, 'AL-40': 1 }),
  made('VF-22', 'Frequency converter 2.2 kW', 382, 12, 'FG2', { 'PB-22': 1, 'AL-40': 2 }),
  made('RS-38', 'Rotor shaft 38 mm', 94, 40, 'FG1', { 'SR-38': 1 }),
  made('RS-25', 'Rotor shaft 25 mm', 68, 50, 'FG2', { 'SR-25': 1 }),
  spare('BR-6204', 'Bearing 6204', 1.12, 72),
  spare('BR-6206', 'Bearing 6206', 1.94, 60),
  spare('BR-6308', 'Bearing 6308', 6.4, 48),
  spare('SL-35', 'Shaft seal 35 × 52', 2.3, 60),
  spare('SL-50', 'Shaft seal 50 × 72', 3.15, 48),
  spare('FN-160', 'Fan wheel 160 mm', 7.8, 36),
  spare('TB-6', 'Terminal box 6-pole', 11.5, 24),
  spare('EN-1024', 'Encoder 1024 pulses', 84, 6, false),
  spare('BK-24', 'Brake 24 V', 126, 6, false),
  raw('CW-08', 'Copper wire 0.8 mm', 'KG', 11.2),
  raw('CW-12', 'Copper wire 1.2 mm', 'KG', 10.9),
  raw('LS-050', 'Lamination sheet 0.50', 'KG', 2.35),
  raw('LS-065', 'Lamination sheet 0.65', 'KG', 2.2),
  raw('GS-20', 'Gear set module 2', 'PCE', 58, '', true),
  raw('HB-40', 'Housing blank 40', 'PCE', 46, '', true),
  raw('HB-60', 'Housing blank 60', 'PCE', 71, '', true),
  raw('SR-25', 'Shaft steel 25 mm', 'M', 9.4),
  raw('SR-38', 'Shaft steel 38 mm', 'M', 16.8),
  raw('PB-11', 'Power board 1.1 kW', 'PCE', 88, '', true),
  raw('PB-22', 'Power board 2.2 kW', 'PCE', 117, '', true),
  raw('AL-40', 'Heat sink profile', 'M', 14.2),
  raw('VN-5', 'Impregnating varnish', 'KG', 18.6, 'V2611A'),
  raw('LB-220', 'Gear oil ISO 220', 'KG', 6.3, 'L2610C'),
]

export const itemOf: ReadonlyMap<string, Item> = new Map(items.map((item) => [item.item, item]))
export const sold: readonly Item[] = items.filter((item) => item.kind !== 'raw')

/** Who the plants deal with, under the number the ERP gave them; carriers are known by their code. */
export type Partner = {
  partner: string
  name: string
  role: 'customer' | 'supplier' | 'carrier'
  country: string
}

const numbered = (role: Partner['role'], prefix: string, countries: Record<string, string>): Partner[] =>
  Object.entries(countries).map(([name, country], index) => ({
    partner: `${prefix}${10_001 + index}`,
    name,
    role,
    country,
  }))

export const customers: readonly Partner[] = numbered('customer', 'C', {
  'Alpenlift AG': 'CH',
  'Baltic Conveyor OÜ': 'EE',
  'Castellan Pumps Ltd': 'GB',
  'Dorn Fördertechnik': 'DE',
  'Elbe Werft GmbH': 'DE',
  'Fjord Marine AS': 'NO',
  'Grupo Minero del Norte': 'MX',
  'Hanse Silo KG': 'DE',
  'Iberia Agua SA': 'ES',
  'Jiangnan Textile Co.': 'CN',
  'Kovo Brno s.r.o.': 'CZ',
  'Lumière Ascenseurs': 'FR',
  'Młyny Śląskie Sp. z o.o.': 'PL',
  'Northgate Cranes': 'GB',
  'Oresund Ports': 'SE',
  'Pannon Malom Zrt.': 'HU',
  'Quay & Sons': 'GB',
  'Rhein-Kies Betriebe': 'DE',
  'Suzhou Packaging Lines': 'CN',
  'Taiga Timber Oy': 'FI',
  'Unidad Cementera': 'MX',
  'Vltava Breweries': 'CZ',
  'Wharfedale Quarries': 'GB',
  'Yangtze Cranes': 'CN',
  'Zuiderzee Gemalen': 'NL',
})

export const suppliers: readonly Partner[] = numbered('supplier', 'V', {
  'Kupferhof Wire': 'DE',
  'Bohemia Castings': 'CZ',
  'Eisenhütte Süd': 'DE',
  'Kugel & Rolle': 'DE',
  'Laminat Nord': 'DE',
  'Orient Boards': 'CN',
  'Sheffield Gear': 'GB',
  'Transformer Steel Co.': 'US',
})

export const carriers: readonly Partner[] = [
  { partner: 'ELBE', name: 'Elbe Spedition', role: 'carrier', country: 'DE' },
  { partner: 'TATR', name: 'Tatra Cargo', role: 'carrier', country: 'PL' },
  { partner: 'NRTH', name: 'Northline Haulage', role: 'carrier', country: 'GB' },
  { partner: 'PCFC', name: 'Pacífico Transportes', role: 'carrier', country: 'MX' },
]

export const partners: readonly Partner[] = [...customers, ...suppliers, ...carriers]
