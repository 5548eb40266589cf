import type { ExceptionStanding } from '../../server/api/schemas/exceptions.ts'
import type { SavedViews, ViewChange, ViewGiven } from '../../server/api/schemas/saved-views.ts'
import { actor } from './actor.ts'
import { postJson } from './api.ts'
import { isIdle } from './idle.ts'
import { ask, queryClient } from './queries.ts'

/** A list that is always there; its count is of all open cases, whatever is filtered. */
export type Tab = {
  name: string
  /** the filters, as in an address */
  query: Record<string, string>
  count?: (standing: ExceptionStanding) => number
}
export const TABS: Tab[] = [
  { name: 'To do', query: {}, count: (all) => all.awake },
  { name: 'Mine', query: { assignee: 'me' }, count: (all) => all.mine },
  { name: 'Unassigned', query: { assignee: '-' }, count: (all) => all.nobody },
  { name: 'Late', query: { due: 'late', by: 'due' }, count: (all) => all.late },
  { name: 'Due soon', query: { due: 'soon', by: 'due' }, count: (all) => all.soon },
  { name: 'To accept', query: { asked: 'me' }, count: (all) => all.asked },
  { name: 'Mentions me', query: { mention: 'me' }, count: (all) => all.named },
  { name: 'Snoozed', query: { sleeping: 'yes' }, count: (all) => all.asleep },
  { name: 'Closed', query: { state: 'closed', by: 'newest' } },
]

/** The address of a list, from its filters: the same filters are always the same text. */
export const writeQuery = (query: Record<string, string> | string): string => {
  const params = new URLSearchParams(query)
  params.sort()
  return params.toString()
}

/** The lists kept under a name, of one's own and shared by others. */
export const askViews = () =>
  ask<SavedViews>(
    ['exceptions'],
    () => ({ path: '/api/views', query: { person: actor() } }),
    () => ({ enabled: isIdle() }),
  )

/** Keeps a list; resolves with what it is called in addresses. */
export async function saveView(given: ViewGiven): Promise<string> {
  const { slug } = await postJson<SavedViews & { slug: string }>('/api/views', given)
  await renewViews()
  return slug
}

/** Changes a list of one's own, or says that one starts with it. */
export async function changeView(slug: string, change: ViewChange): Promise<void> {
  await postJson<SavedViews>(`/api/views/${encodeURIComponent(slug)}`, change)
  await renewViews()
}

const renewViews = () =>
  queryClient.invalidateQueries({ predicate: (query) => query.queryKey[1] === '/api/views' })
