import { sumDecimals } from '../core/decimal.ts'
import { writeDuration, writeNumber } from '../core/words.ts'
import type { ApiContext } from './context.ts'
import type { OverviewFacts } from './overview-facts.ts'
import { composeTiles } from './overview-tiles.ts'
import type { Tile } from './schemas/overview.ts'
import type { Wall } from './schemas/wall.ts'

/** The KPIs of the overview with fewer words: a line of them has the width of a number. */
export function composeWallTiles(
  context: ApiContext,
  facts: OverviewFacts,
  { flow, late }: { flow: string; late: number },
): Wall['tiles'] {
  const hasInventory = facts.inventoryChecks.length > 0
  const tiles = composeTiles(context, facts)
    .filter(({ tile }) => tile !== 'inventory' || hasInventory)
    // of a flow, what is at risk stands in its place
    .filter(({ tile }) => tile !== 'runs' || flow === '')
    .map((whole) => {
      // a screen that hangs in a room is told what it shows, and no more
      const { tile, kind, value, money, partial, unit, status } = whole
      return { tile, kind, value, money, partial, unit, status, ...shorten(facts, whole, late) }
    })
  return flow === '' ? tiles : [...tiles, composeRisk(context, facts, tiles)]
}

function shorten(facts: OverviewFacts, tile: Tile, late: number): { label: string; detail: string } {
  const { detail } = tile
  switch (tile.tile) {
    case 'latency':
      return {
        label: `${facts.mainHandoff?.name ?? 'Order'} sync p95`,
        detail: tile.value === null ? 'no orders' : tile.limit ? `SLO ${writeDuration(tile.limit)}` : '',
      }
    case 'backlog': {
      const oldest = Math.max(0, ...facts.health.filter((row) => row.stuck > 0).map((row) => row.oldest_ms))
      return { label: 'Backlog', detail: oldest > 0 ? `oldest ${writeDuration(oldest)}` : 'within objective' }
    }
    case 'inventory':
      return {
        label: 'Inventory variance',
        detail:
          tile.partial || tile.value === null ? 'incomplete' : detail.replace(' of stock value', ' of stock'),
      }
    case 'exceptions':
      return {
        label: 'Exceptions',
        detail: late > 0 ? `${writeNumber(late)} over SLA` : tile.value ? 'none over SLA' : 'checks agree',
      }
    case 'runs':
      return {
        label: 'Manual work',
        detail:
          tile.value === null ? 'no orders' : tile.limit === null ? 'no target' : `target ${tile.limit} %`,
      }
  }
}

function composeRisk(context: ApiContext, facts: OverviewFacts, tiles: Wall['tiles']): Wall['tiles'][number] {
  const exceptions = tiles.find(({ tile }) => tile === 'exceptions')
  const money = sumDecimals(facts.counts.map((row) => row.counted))
  const isKnown = facts.runs.length > 0
  return {
    tile: 'exceptions',
    label: 'At risk',
    kind: 'money',
    value: isKnown ? Number(money) : null,
    money: isKnown ? money : null,
    partial: exceptions?.partial ?? false,
    unit: context.estate.currency,
    status: exceptions?.status ?? 'unknown',
    detail: 'in open cases',
  }
}
