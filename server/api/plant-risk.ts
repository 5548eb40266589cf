import type { ApiContext } from './context.ts'
import type { Freshness } from './freshness.ts'
import { readItemNames } from './item-names.ts'
import { rateParams } from './money.ts'
import type { PlantRisk } from './schemas/plants.ts'

/** So many are shown; how many there are is told. */
const mostShown = 10

/** Stock below zero, and lots that only one side has, by the two sides of the check that compares inventory. */
export async function readRisk(
  { store, estate, checks }: ApiContext,
  plant: string,
  at: Date,
  freshness: Freshness[],
  currency: string,
): Promise<PlantRisk> {
  const check = checks.find(({ measure }) => measure === 'inventory')
  const namesOf = (role: string | undefined) =>
    role ? estate.systemsOf(role, plant).map((system) => system.system) : []
  const [left, right] = [namesOf(check?.left), namesOf(check?.right)]
  const rates = rateParams(estate, currency)
  const [negative, lots] = await Promise.all([
    store.query('stock_negative', { plant, systems: [...left, ...right], limit: mostShown, ...rates }),
    store.query('stock_lot_gaps', {
      plant,
      left_systems: left,
      right_systems: right,
      settled: new Date(at.getTime() - (check?.grace ?? 0)),
      limit: mostShown,
      ...rates,
    }),
  ])
  const shown = lots.filter((row) => row.is_gap)
  const names = await readItemNames(
    store,
    [...negative, ...shown].map(({ item }) => ({ plant, item })),
  )
  const nameOf = (item: string) => names.get(`${plant} ${item}`) ?? ''
  const silent = freshness.filter(
    (source) =>
      source.plant === plant &&
      source.status === 'unknown' &&
      (left.includes(source.system) || right.includes(source.system)),
  )
  return {
    of: check
      ? { left: check.left.toUpperCase(), right: check.right.toUpperCase(), grace_s: check.grace / 1000 }
      : null,
    unknown_because: silent
      .map((source) => `${estate.systemOf.get(source.system)?.name ?? source.system} is silent`)
      .join(', '),
    negative_total: negative[0]?.total ?? 0,
    negative: negative.map(({ total: _, currency: _currency, ...row }) => ({
      ...row,
      system_name: estate.systemOf.get(row.system)?.name ?? row.system,
      item_name: nameOf(row.item),
    })),
    lots: lots[0]?.lots ?? 0,
    gaps_total: lots[0]?.gaps ?? 0,
    gaps: shown.map(({ is_gap: _, lots: _lots, gaps: _gaps, ...row }) => ({
      ...row,
      item_name: nameOf(row.item),
    })),
  }
}
