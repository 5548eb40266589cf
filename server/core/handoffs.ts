import type { Estate } from './estate.ts'

type Flow = Estate['flows'][number]

/** A hand-off of a flow as the engine knows it; the entry of a flow has no name and no stage before. */
export type HandoffRow = {
  loaded_at: string
  flow: string
  /** 0 is the entry */
  position: number
  handoff: string
  from_stage: string
  to_stage: string
  /** Stages behind `to_stage`: who reached one of them waits for nothing here */
  later_stages: string[]
  objective_ms: number
}

export type Handoff = ReturnType<typeof listHandoffs>[number]

/** The hand-offs of a flow, in order: each ends at a stage and starts at the one before. */
export function listHandoffs(flow: Flow) {
  return flow.stages.slice(1).map((stage, index) => {
    const from = flow.stages[index] as (typeof flow.stages)[number]
    return {
      handoff: `${from.stage}-${stage.stage}`,
      name: stage.handoff?.name ?? stage.name,
      from_stage: from.stage,
      to_stage: stage.stage,
      from_role: from.role,
      to_role: stage.role,
      objective_ms: stage.handoff?.objective ?? 0,
    }
  })
}

/**
 * What a query has to know of all hand-offs, in order: their names as `flow hand-off`, and their objectives. Bound to a
 * statement they cost nothing; a join with the table that says the same costs half of the time to understand it.
 */
export function handoffParams(estate: Pick<Estate, 'flows'>): {
  handoffs: string[]
  objectives_ms: number[]
} {
  const all = estate.flows.flatMap((flow) =>
    listHandoffs(flow).map(({ handoff, objective_ms }) => ({
      name: `${flow.flow} ${handoff}`,
      objective_ms,
    })),
  )
  return {
    handoffs: all.map(({ name }) => name),
    objectives_ms: all.map(({ objective_ms }) => objective_ms),
  }
}

/** The entries and hand-offs of all flows, for the engine to join with. */
export function handoffRows(estate: Pick<Estate, 'flows'>, at: Date): HandoffRow[] {
  const loaded_at = at.toISOString()
  return estate.flows.flatMap((flow) => {
    const later = (position: number) => flow.stages.slice(position + 1).map(({ stage }) => stage)
    const entry = { handoff: '', from_stage: '', to_stage: flow.stages[0]?.stage ?? '', objective_ms: 0 }
    return [entry, ...listHandoffs(flow)].map(
      ({ handoff, from_stage, to_stage, objective_ms }, position) => ({
        loaded_at,
        flow: flow.flow,
        position,
        handoff,
        from_stage,
        to_stage,
        later_stages: later(position),
        objective_ms,
      }),
    )
  })
}
