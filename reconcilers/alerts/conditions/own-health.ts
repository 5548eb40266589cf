import type { Condition } from '../observation.ts'

export const condition: Condition<'own_health'> = {
  condition: 'own_health',
  watch: async (_settings, { failing }) => {
    const names = [...failing.keys()].sort()
    const [first = ''] = names
    return [
      {
        place: {},
        value: String(names.length),
        limit: '1',
        holds: names.length > 0,
        clears: names.length === 0,
        title: `${names.length} ${names.length === 1 ? 'condition' : 'conditions'} cannot be judged`,
        summary: `${names.join(', ')} could not be judged: ${failing.get(first) ?? ''}. Alerts of theirs stay as they were.`,
        amount: null,
        orders: null,
        path: '/alerts',
      },
    ]
  },
}
