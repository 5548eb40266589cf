import type { Move, States } from './effects.ts'
import type { Plant } from './plants.ts'
import type { Random } from './random.ts'
import { delayOf, type Sim } from './sim.ts'
import { type Side, type Trace, traceHandoff, traceLoss, traceReceiving, traceSending } from './traces.ts'

/** What is done, and the names of its messages. */
export type Doing = {
  key: string
  message: string
  wmsType: string
  erpType: string
  doing: string
  inside: string
  /** what the documents say besides their movements */
  wmsStates?: (at: number) => States
  erpStates?: (at: number) => States
}

/** What was counted otherwise than it stands in the books. */
export const countDifference = (key: string): Doing => ({
  key,
  message: 'stock_adjustment',
  wmsType: 'wms.stock.counted.v1',
  erpType: 'erp.stock.adjusted.v1',
  doing: 'book count difference',
  inside: 'recount',
})

/** A stock document the WMS writes and the ERP posts after it; returns when that is. A message that is lost is posted by hand at `lostUntil`. */
export function planPosting(
  sim: Sim,
  plant: Plant,
  doing: Doing,
  at: number,
  wms: Move[],
  erp: Move[],
  random: Random,
  lostUntil?: number,
): number {
  const writtenAt = Math.round(at)
  const postedAt = lostUntil ?? writtenAt + delayOf(random, plant.posting, 200, 0.6)
  const trace = sim.trace(plant, '', doing.key, doing.message)
  const from = { system: plant.wms, doing: doing.doing, inside: doing.inside }
  const to = {
    system: 'erp',
    doing: `post ${doing.message.replace('_', ' ')}`,
    inside: 'check stock and period',
  }
  const { sent, arrived } =
    lostUntil === undefined
      ? traceHandoff(trace, doing.message, from, to, writtenAt, postedAt)
      : tracePostedByHand(sim, plant, doing, trace, from, to, writtenAt, postedAt)
  const shared = { plant: plant.plant, key: doing.key, facts: { document: doing.key } }
  sim.emit({
    ...shared,
    at: writtenAt,
    system: plant.wms,
    type: doing.wmsType,
    traceparent: sent,
    states: doing.wmsStates?.(writtenAt) ?? {},
    moves: wms,
  })
  sim.emit({
    ...shared,
    at: postedAt,
    system: 'erp',
    type: doing.erpType,
    traceparent: arrived,
    states: doing.erpStates?.(postedAt) ?? {},
    moves: erp,
  })
  return postedAt
}

/** The message is dropped on its way; somebody posts the document when it is missed. */
function tracePostedByHand(
  sim: Sim,
  plant: Plant,
  { key, message }: Doing,
  trace: Trace,
  from: Side,
  to: Side,
  writtenAt: number,
  postedAt: number,
): { sent: string; arrived: string } {
  const { sent, topic } = traceSending(trace, message, from, writtenAt, writtenAt + 42)
  traceLoss(trace, message, topic, writtenAt + 800, `Document ${key} has no mapping; message dropped`)
  const mend = sim.trace(plant, '', key, `${message} by hand`)
  const byHand = { ...to, doing: `${to.doing} by hand` }
  return { sent, arrived: traceReceiving(mend, byHand, undefined, postedAt - 1_200, postedAt) }
}
