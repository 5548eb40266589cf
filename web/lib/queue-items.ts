import { createMemo, createSignal } from 'solid-js'
import type { ExceptionGroup, ExceptionGroups } from '../../server/api/schemas/exception-groups.ts'
import type { ExceptionNumbers } from '../../server/api/schemas/exceptions.ts'
import { getJson, type Query } from './api.ts'
import { ask, dataOf } from './queries.ts'

/** A line of the queue on screen. */
export type Item =
  | { kind: 'case'; number: number; inGroup: boolean }
  | { kind: 'group'; group: ExceptionGroup }
  | { kind: 'history'; group: ExceptionGroup }
  | { kind: 'more'; group: ExceptionGroup; hidden: number }

export const keyOf = (item: Item): string =>
  item.kind === 'case' ? `c${item.number}` : `${item.kind} ${item.group.root}`

/** What has been shown of an open group before somebody asks for more. */
const FIRST = 10
const MORE = 200

/** The groups of the queue, each shut or open over its cases; held like the rows, until they are asked for again. */
export function createGroups(query: () => Query, isGrouped: () => boolean) {
  const answer = ask<ExceptionGroups>(
    [],
    () => ({ path: '/api/exceptions/groups', query: query() }),
    () => ({ enabled: isGrouped(), fixed: true }),
  )
  const [open, setOpen] = createSignal<Record<string, { numbers: number[]; shown: number }>>({})
  /** All cases of a group, in order. */
  const read = async (root: string): Promise<number[]> =>
    (await getJson<ExceptionNumbers>('/api/exceptions/numbers', { ...query(), root })).numbers
  const toggle = async (root: string) => {
    if (open()[root]) return setOpen(({ [root]: _, ...rest }) => rest)
    const numbers = await read(root)
    setOpen((all) => ({ ...all, [root]: { numbers, shown: FIRST } }))
  }
  const items = createMemo((): Item[] => {
    const data = dataOf(answer)
    if (!isGrouped() || !data) return []
    return data.groups.flatMap((group): Item[] => {
      const shown = open()[group.root]
      if (!shown) return [{ kind: 'group', group }]
      const hidden = shown.numbers.length - shown.shown
      return [
        { kind: 'group', group },
        ...(group.is_architecture ? [{ kind: 'history' as const, group }] : []),
        ...shown.numbers
          .slice(0, shown.shown)
          .map((number) => ({ kind: 'case' as const, number, inGroup: true })),
        ...(hidden > 0 ? [{ kind: 'more' as const, group, hidden }] : []),
      ]
    })
  })
  return {
    answer,
    items,
    read,
    toggle,
    isOpen: (root: string) => open()[root] !== undefined,
    showMore: (root: string) =>
      setOpen((all) => {
        const shown = all[root]
        return shown ? { ...all, [root]: { ...shown, shown: shown.shown + MORE } } : all
      }),
    renew: async () => {
      await answer.refetch()
      const roots = Object.keys(open())
      const numbers = await Promise.all(roots.map(read))
      setOpen((all) =>
        Object.fromEntries(
          roots.map((root, index) => [
            root,
            { numbers: numbers[index] ?? [], shown: all[root]?.shown ?? FIRST },
          ]),
        ),
      )
    },
  }
}
export type Groups = ReturnType<typeof createGroups>
