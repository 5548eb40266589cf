import { writeDuration } from '../../../server/core/words.ts'
import { plantName, sourcePath } from '../names.ts'
import { againstLimit, type Condition } from '../observation.ts'

export const condition: Condition<'source_stale'> = {
  condition: 'source_stale',
  watch: async (settings, { estate, sources, now }) =>
    sources.map((state) => {
      const limit = state.stale_after_ms * settings.after
      const name = `${state.source}, ${plantName(estate, state.plant)}`
      const path = sourcePath(estate, state.source, state.plant)
      const facts = { amount: null, orders: null, path, limit: writeDuration(limit) }
      const place = { source: state.source, plant: state.plant }
      // what has never spoken was never there: that is an estate that is being set up
      if (state.lag_ms === null)
        return {
          ...facts,
          place,
          value: 'never',
          holds: false,
          clears: true,
          title: `${name}: never heard`,
          summary: 'It has not said anything yet.',
        }
      if (state.is_ahead)
        return {
          ...facts,
          place,
          value: state.complete_to,
          holds: true,
          clears: false,
          title: `${name}: stamped in the future`,
          summary: `It is complete up to ${state.complete_to}, which is not yet: its clock or ours was set. Checks and flows that stand on it are incomplete until that time has come.`,
        }
      const isSilent = now.getTime() - Date.parse(state.said_at) > limit
      const reason = isSilent
        ? `it has said nothing since ${state.said_at}`
        : state.held_because || 'it says so itself'
      return {
        ...facts,
        place,
        value: writeDuration(state.lag_ms),
        ...againstLimit(state.lag_ms, limit + 1, settings.clear),
        title: `${name}: ${isSilent ? 'silent' : 'stale'} for ${writeDuration(state.lag_ms)}`,
        summary: `It is complete only up to ${state.complete_to} (${reason}); the limit is ${writeDuration(limit)}. Checks and flows that stand on it are incomplete.`,
        since: new Date(Date.parse(state.complete_to) + limit).toISOString(),
      }
    }),
}
