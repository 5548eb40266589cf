import type { Body } from './load.ts'

const perRequest = 500

/** Requests of a batch of events each, one after the other, each event new. */
export function makeEventBodies(): () => Body {
  let count = 0
  return () => {
    const events = Array.from({ length: perRequest }, () => makeEvent(count++))
    return {
      path: '/v1/events',
      headers: { 'content-type': 'application/cloudevents-batch+json' },
      bytes: Buffer.from(JSON.stringify(events)),
      items: perRequest,
    }
  }
}

const orderOf = (index: number) => `SO-${index >> 1}`

/** An order accepted by the ERP or shipped by the warehouse, with one line as it now stands. */
export const makeEvent = (index: number, at = Date.now()) => ({
  specversion: '1.0',
  id: `e${index}`,
  source: index % 2 ? 'wms' : 'erp',
  type: index % 2 ? 'order.shipped' : 'order.accepted',
  subject: orderOf(index),
  time: new Date(at - (index % 1000)).toISOString(),
  plant: ['HAM', 'LYO', 'GDN', 'PUE', 'CLE', 'NGO'][(index >> 1) % 6] as string,
  data: {
    order: orderOf(index),
    states: {
      // what the contract refers to has to be known
      ...(index % 1_000 === 0 ? { items: [{ item: 'DX-40', base_unit: 'PCE' }] } : {}),
      order_lines: [
        {
          order_type: 'sales',
          order_no: orderOf(index),
          line_no: '10',
          item: 'DX-40',
          quantity: '5',
          unit: 'PCE',
          unit_price: '712.00',
          currency: 'EUR',
          status: 'open',
        },
      ],
    },
  },
})
