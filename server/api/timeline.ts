import type { CheckInfo } from '../core/check-info.ts'
import { sumDecimals } from '../core/decimal.ts'
import { listHandoffs } from '../core/handoffs.ts'
import { writeDuration } from '../core/words.ts'
import type { ApiContext } from './context.ts'
import type { Evidence } from './evidence.ts'
import type { ExceptionRow, TimelineEntry } from './schemas/exceptions.ts'

/** The facts of the key in every system, oldest first: those of its order, and those that carried its states. */
export async function readTimeline(
  context: ApiContext,
  plant: string,
  orderNo: string,
  evidence: { occurred_at: string; mark: Pick<Evidence['mark'], 'event_id'> }[],
): Promise<TimelineEntry[]> {
  const carried = evidence.filter((state) => state.mark.event_id !== '')
  const rows = await context.store.query('events_of_key', {
    plant,
    key: orderNo,
    event_ids: [...new Set(carried.map((state) => state.mark.event_id))],
    hours: [...new Set(carried.map((state) => hourOf(state.occurred_at)))],
    limit: 200,
  })
  const stages = new Map(
    context.estate.flows.flatMap((flow) =>
      flow.stages.map((stage) => [`${flow.flow} ${stage.stage}`, stage.name] as const),
    ),
  )
  return rows.map((row) => ({
    at: row.occurred_at,
    system: row.system,
    system_name: context.estate.systemOf.get(row.system)?.name ?? row.system,
    stage: row.stage,
    title: stages.get(`${row.flow} ${row.stage}`) ?? nameOfType(row.type),
    detail: describeEvent(row.data, row.key),
    event_id: row.event_id,
    trace_id: row.trace_id,
    data: row.data,
    data_left_out: row.data_left_out,
    missing: false,
  }))
}

/** The hour a moment lies in, as the engine reads it. */
const hourOf = (at: string) => `${new Date(at).toISOString().slice(0, 13).replace('T', ' ')}:00:00`

/** "com.plumbline.goods_issue.posted.v1" → "Goods issue posted". */
function nameOfType(type: string): string {
  const words = type
    .replace(/\.v\d+$/, '')
    .split('.')
    .slice(-2)
    .join(' ')
    .replace(/[_-]/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** What the event said in a few words: the first item and quantity it carries. */
function describeEvent(data: string, key: string): string {
  const pick = (name: string) => new RegExp(`"${name}"\\s*:\\s*"?([^",}]+)`).exec(data)?.[1] ?? ''
  const item = pick('item')
  const quantity = pick('quantity')
  const status = pick('status')
  return [key, item && quantity ? `${quantity} × ${item}` : item, status].filter(Boolean).join(', ')
}

/**
 * What should have been said and was not: the movement one side never posted, or the next stage of the order's flow.
 * Each hole stands at the time it was due.
 */
export function findHoles(
  context: ApiContext,
  check: CheckInfo,
  row: ExceptionRow,
  evidence: Evidence[],
  events: TimelineEntry[],
): TimelineEntry[] {
  if (row.class === 'transfer_short') return findTransferHole(context, check, row, evidence)
  const movements = evidence.filter((state) => state.mark.movement && state.mark.ref !== '')
  if (movements.length > 0) return findMovementHoles(context, check, row, movements)
  return findStageHole(context, row, events)
}

/** What was issued and did not come: due when the case says, by how long transfers between the two plants take. */
function findTransferHole(
  context: ApiContext,
  check: CheckInfo,
  row: ExceptionRow,
  evidence: Evidence[],
): TimelineEntry[] {
  const issued = evidence.flatMap((state) => {
    const stated = (name: string) => state.values.find((value) => value.name === name)?.value
    return stated('direction') === 'transfer_out'
      ? [{ at: Date.parse(stated('posted_at') ?? state.occurred_at), from: stated('plant') ?? row.plant }]
      : []
  })
  const last = issued.sort((a, b) => b.at - a.at)[0]
  if (!last) return []
  const due = new Date(row.since)
  const grace = due.getTime() - last.at
  const why =
    grace === check.grace
      ? 'the grace of the check, as too few transfers are known'
      : `twice what 95 % of the past transfers from ${last.from} to ${row.plant} took at most`
  const system = context.estate.systemsOf(check.right, row.plant)[0]
  return [
    hole(
      due,
      system?.system ?? check.right,
      system?.name ?? check.right.toUpperCase(),
      'Receipt missing',
      `${row.key}: due ${writeDuration(grace)} after the issue; ${why}`,
    ),
  ]
}

function findMovementHoles(
  context: ApiContext,
  check: CheckInfo,
  row: ExceptionRow,
  movements: Evidence[],
): TimelineEntry[] {
  const byRef = groupByRef(movements)
  const holes: TimelineEntry[] = []
  for (const [ref, states] of byRef) {
    const left = states.filter((state) => state.side === 'left')
    const right = states.filter((state) => state.side === 'right')
    if (left.length > 0 && right.length > 0) continue
    const present = left[0] ?? right[0]
    if (!present) continue
    const role = left.length > 0 ? check.right : check.left
    const system = context.estate.systemsOf(role, row.plant)[0]
    const quantity = sumDecimals(states.map((state) => state.mark.quantity))
    holes.push(
      hole(
        new Date(Date.parse(present.occurred_at) + check.grace),
        system?.system ?? role,
        system?.name ?? role.toUpperCase(),
        'Posting missing',
        `${quantity} for ${ref}`,
      ),
    )
  }
  return holes.slice(0, 10)
}

function groupByRef(movements: Evidence[]): Map<string, Evidence[]> {
  const groups = new Map<string, Evidence[]>()
  for (const state of movements) groups.set(state.mark.ref, [...(groups.get(state.mark.ref) ?? []), state])
  return groups
}

/** The next stage of the order's flow, where what led to it is known and it is not. */
export function findStageHole(
  context: ApiContext,
  row: Pick<ExceptionRow, 'plant' | 'order_no'>,
  events: TimelineEntry[],
): TimelineEntry[] {
  const reached = new Map(events.filter((event) => event.stage !== '').map((event) => [event.stage, event]))
  if (row.order_no === '' || reached.has('ended')) return []
  const flow = context.estate.flows.find((candidate) =>
    candidate.stages.some((stage) => reached.has(stage.stage)),
  )
  const next =
    flow &&
    listHandoffs(flow).find((handoff) => reached.has(handoff.from_stage) && !reached.has(handoff.to_stage))
  const from = next && reached.get(next.from_stage)
  if (!flow || !next || !from) return []
  const system = context.estate.systemsOf(next.to_role, row.plant)[0]
  const stage = flow.stages.find((candidate) => candidate.stage === next.to_stage)
  return [
    hole(
      new Date(Date.parse(from.at) + next.objective_ms),
      system?.system ?? next.to_role,
      system?.name ?? next.to_role.toUpperCase(),
      `${stage?.name ?? next.name} missing`,
      row.order_no,
      next.to_stage,
    ),
  ]
}

const hole = (
  due: Date,
  system: string,
  system_name: string,
  title: string,
  detail: string,
  stage = '',
): TimelineEntry => ({
  at: due.toISOString(),
  system,
  system_name,
  stage,
  title,
  detail,
  event_id: '',
  trace_id: '',
  data: '',
  data_left_out: 0,
  missing: true,
})
