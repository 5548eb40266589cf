import { limitStore, type Placed } from '../../sql/reach.ts'
import { PlumblineError } from '../core/errors.ts'
import { limitEstate } from '../core/limit-estate.ts'
import { flowsOf, isWhole, isWithin, type Reach } from '../core/reach.ts'
import { isRowNumber } from '../core/row-number.ts'
import type { ApiContext } from './context.ts'
import { createForecastShelf } from './forecast-shelf.ts'

/**
 * What routes stand on that answer somebody who may see a part only: everything in it shows that part and no more. What
 * works across the estate (runs, sources, integrations) is asked through it only for what lies within.
 */
export function limitContext(context: ApiContext, reach: Reach, placed: readonly Placed[]): ApiContext {
  if (isWhole(reach)) return context
  const estate = limitEstate(context.estate, reach)
  const store = limitStore(
    context.store,
    reach,
    placed,
    new Map(context.checks.map(({ check, flow }) => [check, flow])),
  )
  const isSeen = ({ alert }: { alert: { plant: string; flow: string } }) =>
    isWithin(reach, alert.plant, alert.flow)
  const known = new Set(estate.sources.map(({ source }) => source))
  return {
    ...context,
    reach,
    estate,
    store,
    checks: context.checks.filter(({ flow }) => flowsOf(reach, [flow]).length > 0),
    forecasts: createForecastShelf(store),
    corrections: {
      try: (act, items) => context.corrections.try(act, items, { store, reach }),
      act: (act, items, by) => context.corrections.act(act, items, by, { store, reach }),
    },
    replays: {
      freeze: (ask) => context.replays.freeze({ ...ask, sees: { store, estate } }),
      approve: async (replay, actor) => {
        await expectWhole(context, store, replay)
        return context.replays.approve(replay, actor)
      },
      begin: async (replay, actor) => {
        await expectWhole(context, store, replay)
        return context.replays.begin(replay, actor)
      },
      cancel: async (replay, actor) => {
        await expectWhole(context, store, replay)
        return context.replays.cancel(replay, actor)
      },
    },
    pulled: {
      list: () => context.pulled.list().filter(({ source }) => known.has(source)),
      act: (source, act, by) => {
        const of = estate.sources.find((each) => each.source === source)
        const all = context.estate.systemOf.get(of?.system ?? '')?.plants ?? [
          ...context.estate.plantOf.keys(),
        ]
        const beyond = all.filter((plant) => !isWithin(reach, plant))
        if (of && beyond.length > 0)
          throw outOfReach(`Source ${source} serves ${beyond.join(', ')}, too`, 'source')
        return context.pulled.act(source, act, by)
      },
    },
    alerts: {
      ...context.alerts,
      list: () => context.alerts.list().filter(isSeen),
    },
  }
}

/** A replay is decided on by who may see all of it. */
async function expectWhole(context: ApiContext, store: ApiContext['store'], replay: string): Promise<void> {
  const count = async (of: ApiContext['store']) =>
    (await of.query('replay_extent', { replay: isRowNumber(replay) ? replay : '0' }))[0]?.items ?? 0
  const [all, seen] = await Promise.all([count(context.store), count(store)])
  if (seen === 0 && all > 0)
    throw new PlumblineError('replay_unknown', `There is no replay ${replay}`, {
      status: 404,
      where: 'replay',
    })
  if (seen < all) throw outOfReach(`Replay ${replay} holds messages of other plants, too`, 'replay')
}

export const outOfReach = (message: string, where: string) =>
  new PlumblineError('out_of_reach', `${message}; yours is a part of the estate`, {
    status: 403,
    where,
    mend: 'Ask somebody who may see all of it.',
  })
