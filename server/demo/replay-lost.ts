import { type Effect, iso, second, type TruthLine } from './effects.ts'
import type { Heap } from './heap.ts'
import type { Entry } from './world.ts'

/** A message that is asked for again: by its business key, or by the trace in which it was lost. */
export type Resend = { at: number; plant: string; key: string; trace_id: string }

const posting = 'erp.goods_issue.posted.v1'
const invoice = 'erp.invoice.posted.v1'
/** Checks for which a delivery is in order once it is billed; for the others once it is posted. */
const untilBilled = new Set(['goods_issue_billing', 'lifecycle'])
/** From the request to the posting in the ERP. */
const resendMs = 4 * second

/**
 * What the hub still holds of the messages it lost: goods issues that the ERP has not posted. Sent again, they are
 * posted now instead of when somebody would have mended them by hand, and billed as much later as they would have been.
 */
export function openLostMessages(queue: Heap<Entry>) {
  const shipments = new Map<string, Effect>()
  const faults = new Map<string, TruthLine>()

  /** The deliveries that are meant, of those that were shipped and not posted. */
  const find = ({ plant, key, trace_id }: Omit<Resend, 'at'>): string[] =>
    [...shipments]
      .filter(
        ([, effect]) =>
          effect.plant === plant &&
          (effect.key === key || (trace_id !== '' && effect.traceparent?.includes(trace_id) === true)),
      )
      .map(([delivery]) => delivery)

  const moveUp = (delivery: string, line: TruthLine, now: number) => {
    const isOf = (entry: Entry, type: string) =>
      entry.kind === 'effect' && entry.effect.type === type && entry.effect.facts.delivery === delivery
    const effects = queue.takeWhere((entry) => isOf(entry, posting) || isOf(entry, invoice))
    const [first] = effects.filter((entry) => isOf(entry, posting))
    if (!first) return
    const shift = first.at - (now + resendMs)
    const traces = effects.map((entry) => traceOf(entry))
    const spans = queue.takeWhere((entry) => entry.kind === 'span' && traces.includes(entry.span.traceId))
    for (const entry of [...effects, ...spans]) queue.push(shiftBack(entry, shift))
    const postedAt = first.at - shift
    const billedAt = (effects.find((entry) => isOf(entry, invoice))?.at ?? first.at) - shift
    const expected = line.expected
      .map((each) => ({
        ...each,
        corrected_at: iso(untilBilled.has(each.check) ? billedAt : postedAt),
      }))
      .filter((each) => each.visible_at < each.corrected_at)
    const truth = { ...line, corrected_at: iso(Math.min(postedAt, billedAt)), expected }
    queue.push({ at: now, sequence: first.sequence, kind: 'truth', truth })
  }

  return {
    /** Takes note of what happens: a shipment, its posting, and which of them was lost. */
    see: (entry: Entry): void => {
      if (entry.kind === 'effect') {
        const delivery = String(entry.effect.facts.delivery ?? '')
        if (entry.effect.type === 'wms.shipment.posted.v1') shipments.set(delivery, entry.effect)
        if (entry.effect.type === posting) {
          shipments.delete(delivery)
          faults.delete(delivery)
        }
      } else if (entry.kind === 'truth') {
        const delivery = entry.truth.id.split('-').at(-1) ?? ''
        if (shipments.has(delivery)) faults.set(delivery, entry.truth)
      }
    },
    /** Sends again what is meant, where it can be: what the receiver refuses stays where it is. */
    resend: (asked: Omit<Resend, 'at'>, now: number): { taken: boolean; reason: string } => {
      const deliveries = find(asked)
      const lost = deliveries.filter((delivery) => faults.get(delivery)?.kind === 'lost_message')
      for (const delivery of lost) moveUp(delivery, faults.get(delivery) as TruthLine, now)
      if (lost.length > 0) return { taken: true, reason: `sent again: ${lost.join(', ')}` }
      const isStuck = deliveries.some((delivery) => faults.get(delivery)?.kind === 'stuck_interface')
      return {
        taken: false,
        reason: isStuck
          ? 'the ERP still refuses it: FG1 is blocked by stock count 100000482'
          : 'the hub holds no message of it',
      }
    },
  }
}

const traceOf = (entry: Entry): string =>
  (entry.kind === 'effect' && entry.effect.traceparent?.split('-')[1]) || '-'

/** The same, as much earlier; a billing document is dated when it is posted. */
function shiftBack(entry: Entry, shift: number): Entry {
  const at = entry.at - shift
  if (entry.kind === 'span')
    return {
      ...entry,
      at,
      span: { ...entry.span, start: entry.span.start - shift, end: entry.span.end - shift },
    }
  if (entry.kind !== 'effect') return { ...entry, at }
  const { states } = entry.effect
  const lines = states?.invoice_lines?.map((line) => ({ ...line, posted_at: iso(at) }))
  const effect = { ...entry.effect, at, ...(lines ? { states: { ...states, invoice_lines: lines } } : {}) }
  return { ...entry, at, effect }
}
