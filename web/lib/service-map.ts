import type { ServiceMap } from '../../server/api/schemas/service-map.ts'

export interface MapNode {
  service: ServiceMap['services'][number]
  x: number
  y: number
}
/** All calls from one service to another, whatever their kind. */
export interface MapEdge {
  caller: string
  callee: string
  calls: number
  errors: number
  path: string
}
export interface MapLayout {
  nodes: MapNode[]
  edges: MapEdge[]
  width: number
  height: number
}

export const NODE = { width: 148, height: 38 }
const ROW = 54
const WIDTH = 900
const PAD = 6

/**
 * Services in layers from left to right, so that most calls go to the right. Who calls more than it is called stands
 * first; calls that close a circle go back to the left and do not push anybody.
 */
export function layoutMap({ services, edges }: Pick<ServiceMap, 'services' | 'edges'>): MapLayout {
  const pairs = mergeEdges(edges)
  const layerOf = findLayers(
    services.map((one) => one.service),
    pairs,
  )
  const layers = Math.max(1, ...[...layerOf.values()].map((layer) => layer + 1))
  const pitch = layers > 1 ? Math.max(NODE.width + 60, (WIDTH - NODE.width) / (layers - 1)) : 0
  const columns = Array.from({ length: layers }, (_, layer) =>
    services.filter((one) => layerOf.get(one.service) === layer),
  )
  const height = Math.max(...columns.map((column) => column.length)) * ROW
  const nodes = columns.flatMap((column, layer) =>
    column.map((service, at) => ({
      service,
      x: PAD + layer * pitch,
      y: (height / column.length) * (at + 0.5) - NODE.height / 2,
    })),
  )
  const nodeOf = new Map(nodes.map((node) => [node.service.service, node]))
  return {
    nodes,
    edges: pairs.flatMap((pair) => {
      const from = nodeOf.get(pair.caller)
      const to = nodeOf.get(pair.callee)
      return from && to ? [{ ...pair, path: drawEdge(from, to) }] : []
    }),
    width: (layers - 1) * pitch + NODE.width + 2 * PAD,
    height,
  }
}

function mergeEdges(edges: ServiceMap['edges']): Omit<MapEdge, 'path'>[] {
  const merged = new Map<string, Omit<MapEdge, 'path'>>()
  for (const { caller, callee, calls, errors } of edges) {
    const pair = merged.get(`${caller}\n${callee}`) ?? { caller, callee, calls: 0, errors: 0 }
    merged.set(`${caller}\n${callee}`, {
      ...pair,
      calls: pair.calls + calls,
      errors: pair.errors + errors,
    })
  }
  return [...merged.values()]
}

/** The layer of each service: the longest way to it, along calls that close no circle. */
function findLayers(services: string[], edges: Omit<MapEdge, 'path'>[]): Map<string, number> {
  const balance = (service: string) =>
    edges.reduce(
      (sum, edge) =>
        sum + (edge.caller === service ? edge.calls : 0) - (edge.callee === service ? edge.calls : 0),
      0,
    )
  const starts = services
    .map((service) => ({
      service,
      balance: balance(service),
      called: edges.some((e) => e.callee === service),
    }))
    .sort(
      (a, b) =>
        Number(a.called) - Number(b.called) || b.balance - a.balance || (a.service < b.service ? -1 : 1),
    )
  const state = new Map<string, 'open' | 'done'>()
  const order: string[] = []
  const forward: Omit<MapEdge, 'path'>[] = []
  const visit = (service: string) => {
    state.set(service, 'open')
    const next = edges.filter((edge) => edge.caller === service).sort((a, b) => b.calls - a.calls)
    for (const edge of next) {
      if (state.get(edge.callee) === 'open') continue
      forward.push(edge)
      if (!state.has(edge.callee)) visit(edge.callee)
    }
    state.set(service, 'done')
    order.unshift(service)
  }
  for (const { service } of starts) if (!state.has(service)) visit(service)
  const layerOf = new Map(services.map((service) => [service, 0]))
  // callers come before whom they call
  for (const service of order)
    for (const edge of forward.filter((one) => one.caller === service))
      layerOf.set(edge.callee, Math.max(layerOf.get(edge.callee) ?? 0, (layerOf.get(service) ?? 0) + 1))
  return layerOf
}

/** To the right above the middle of both, back to the left below it, so that both ways can be seen. */
function drawEdge(from: MapNode, to: MapNode): string {
  const isForward = to.x > from.x
  const shift = isForward ? -6 : 6
  const y1 = from.y + NODE.height / 2 + shift
  const y2 = to.y + NODE.height / 2 + shift
  if (to.x === from.x) {
    const x = from.x + NODE.width
    return `M${x} ${y1}C${x + 44} ${y1} ${x + 44} ${y2} ${x + 5} ${y2}`
  }
  const x1 = isForward ? from.x + NODE.width : from.x
  const x2 = isForward ? to.x - 5 : to.x + NODE.width + 5
  const bend = (x2 - x1) / 2
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`
}
