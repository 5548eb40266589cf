import { amountOf, negateDecimal as negate, sumDecimals } from '../core/decimal.ts'
import { type Evidence, mostStates } from './evidence.ts'
import type { ThreeWays } from './schemas/three-ways.ts'

type Way = ThreeWays['ways'][number]
type Document = Way['documents'][number]
type OrderType = ThreeWays['order_type']
type Price = Pick<Document, 'price' | 'price_factor' | 'currency'>

const saidIn = (state: Evidence, name: string) =>
  state.values.find((value) => value.name === name)?.value ?? ''
const directions = { sales: ['outbound', 'return'], purchase: ['inbound'] }

/** Lays what was ordered, what moved and what was billed beside each other, from the states a case is explained by. */
export function layThreeWays(order_type: OrderType, states: Evidence[]): ThreeWays {
  const of = (entity: string) => states.filter((state) => state.entity === entity)
  const isOfType = (state: Evidence) => (saidIn(state, 'order_type') || 'sales') === order_type
  const orders = of('order_lines').filter(isOfType)
  const moved = of('shipment_lines').filter((state) =>
    directions[order_type].includes(saidIn(state, 'direction')),
  )
  const bills = of('invoice_lines').filter(isOfType)
  // goods that move state no price: they are worth what was ordered
  const asOrdered = orders.map(priceOf).find((price) => price.price !== '')
  const ways = [
    wayOf('ordered', orders, (state) => documentOf(state, 'order_no', '', priceOf(state))),
    wayOf('moved', moved, (state) =>
      documentOf(state, 'shipment_no', 'direction', asOrdered ?? priceOf(state)),
    ),
    wayOf('billed', bills, (state) => documentOf(state, 'invoice_no', 'kind', priceOf(state))),
  ]
  return {
    order_type,
    unit: [...orders, ...moved, ...bills].map((state) => saidIn(state, 'unit')).find(Boolean) ?? '',
    ways: ways.map((way, place) => ({
      ...way,
      more: place === 0 ? null : moreOf(way, ways[place - 1] as Way),
    })),
  }
}

const priceOf = (state: Evidence): Price => ({
  price: saidIn(state, 'unit_price'),
  price_factor: state.mark.price_factor,
  currency: saidIn(state, 'currency'),
})

const isTakenAway = (state: Evidence) =>
  saidIn(state, 'direction') === 'return' || !['', 'invoice'].includes(saidIn(state, 'kind'))

const signed = (state: Evidence, decimal: string) => (isTakenAway(state) ? negate(decimal) : decimal)

function documentOf(state: Evidence, numberColumn: string, saysColumn: string, price: Price): Document {
  const quantity = signed(state, state.mark.quantity)
  return {
    system: state.system,
    system_name: state.system_name,
    number: [numberColumn, 'line_no', 'serial']
      .map((name) => saidIn(state, name))
      .filter(Boolean)
      .join('/'),
    says: saysColumn && saidIn(state, saysColumn),
    // a price reduction gives no goods back
    quantity: saidIn(state, 'kind') === 'price_credit' ? '0' : quantity,
    ...price,
    amount: price.price === '' ? '' : amountOf(quantity, price.price, price.price_factor),
    at: state.occurred_at,
    trace_id: state.trace_id,
  }
}

function wayOf(way: Way['way'], states: Evidence[], toDocument: (state: Evidence) => Document): Way {
  const documents = states.map(toDocument).sort((a, b) => a.at.localeCompare(b.at))
  const currencies = new Set(documents.map((each) => each.currency))
  const isPriced = currencies.size <= 1 && documents.every((each) => each.amount !== '')
  const sumOf = (column: string) =>
    sumDecimals(states.map((state) => signed(state, saidIn(state, column) || '0')))
  return {
    way,
    documents,
    is_cut: states.length >= mostStates,
    quantity: sumDecimals(documents.map((each) => each.quantity)),
    amount: isPriced ? sumDecimals(documents.map((each) => each.amount)) : '',
    currency: isPriced ? ([...currencies][0] ?? '') : '',
    charges: sumOf('charges'),
    tax: sumOf('tax'),
    more: null,
  }
}

/** What one way has more than the one before; nothing at all has no currency of its own. */
function moreOf(way: Way, before: Way): Way['more'] {
  const isAlike = way.currency === before.currency || !way.currency || !before.currency
  const isKnown = isAlike && way.amount !== '' && before.amount !== ''
  return {
    quantity: sumDecimals([way.quantity, negate(before.quantity)]),
    amount: isKnown ? sumDecimals([way.amount, negate(before.amount)]) : '',
  }
}
