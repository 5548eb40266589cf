import { useNavigate } from '@solidjs/router'
import { createEffect, createMemo, createSignal, on, onMount, Show } from 'solid-js'
import type { ExceptionGroup } from '../../server/api/schemas/exception-groups.ts'
import { type ActName, actOfKey, beginAct, type Target } from '../lib/act.ts'
import { actor } from '../lib/actor.ts'
import { useExceptionFilters } from '../lib/exception-filters.ts'
import { formatMoney, formatNumber } from '../lib/format.ts'
import { useKeys } from '../lib/keys.ts'
import { later } from '../lib/later.tsx'
import { may } from '../lib/may.ts'
import { isPhone } from '../lib/media.ts'
import { useMoney } from '../lib/money.ts'
import { dataOf } from '../lib/queries.ts'
import { createQueue } from '../lib/queue.ts'
import { createGroups, type Item, keyOf } from '../lib/queue-items.ts'
import { createPicks } from '../lib/queue-picks.ts'
import { beginReplay } from '../lib/replay-begin.ts'
import { useTitle } from '../lib/title.ts'
import { askViews, TABS } from '../lib/views.ts'
import { FilterBar } from '../parts/exception-filters.tsx'
import { Incomplete } from '../parts/exception-incomplete.tsx'
import { PageBar } from '../parts/page-bar.tsx'
import { QueueBar } from '../parts/queue-bar.tsx'
import { QueueHints } from '../parts/queue-hints.tsx'
import { useActKeys } from '../parts/queue-keys.ts'
import { QueueNews } from '../parts/queue-news.tsx'
import { QueueTable } from '../parts/queue-table.tsx'
import { openView, ViewTabs } from '../parts/queue-views.tsx'
import { Panel } from '../parts/states.tsx'

const QueueSkeleton = later(() => import('../parts/queue-skeleton.tsx'))
const NoExceptions = later(() => import('../parts/exception-none.tsx'))
const ExceptionPreview = later(() => import('../parts/exception-preview.tsx'))
const ActDialog = later(() => import('../parts/queue-act.tsx'))
const OwnershipDialog = later(() => import('../parts/queue-ownership.tsx'))
const ReplayDialog = later(() => import('../parts/queue-replay.tsx'))
const ViewsDialog = later(() => import('../parts/queue-views-dialog.tsx'))

/** Where the queue was left for a case: coming back, it is as it was. */
let left: { query: string; cursor: string } | undefined
/** A person's start view opens once, not whenever they come back to the queue. */
let isStarted = false

/** The queue: what to work on, worst first, worked by keyboard. */
export default function ExceptionsPage() {
  const navigate = useNavigate()
  const filters = useExceptionFilters()
  useTitle(() => 'Exceptions')
  const money = useMoney(() => filters.text('plant'))
  const queue = createQueue(filters.query, () => !filters.grouped())
  const groups = createGroups(filters.query, filters.grouped)
  const picks = createPicks(queue.rows)
  const views = askViews()
  const [cursor, setCursor] = createSignal('')
  const [preview, setPreview] = createSignal(false)
  const [isManaging, setIsManaging] = createSignal(false)
  const [isOwning, setIsOwning] = createSignal(false)
  let scrollTo = (_index: number) => {}

  const items = createMemo((): Item[] =>
    filters.grouped()
      ? groups.items()
      : queue.numbers().map((number) => ({ kind: 'case', number, inGroup: false })),
  )
  const at = createMemo(() => items().findIndex((item) => keyOf(item) === cursor()))
  const here = () => items()[at()]
  const number = () => {
    const item = here()
    return item?.kind === 'case' ? item.number : undefined
  }
  const total = () => queue.now()?.total ?? 0
  const order = () => items().flatMap((item) => (item.kind === 'case' ? [item.number] : []))

  const move = (step: number) => {
    const all = items()
    let to = at()
    do to = to < 0 ? 0 : to + step
    while (all[to]?.kind === 'history')
    const next = all[to]
    if (!next) return
    setCursor(keyOf(next))
    scrollTo(to)
  }
  const open = () => {
    const item = here()
    if (item?.kind === 'group') void groups.toggle(item.group.root)
    if (item?.kind === 'more') groups.showMore(item.group.root)
    if (item?.kind === 'case') leaveFor(item.number)
  }
  const leaveFor = (to: number) => {
    left = { query: JSON.stringify(filters.query()), cursor: `c${to}` }
    navigate(`/exceptions/${to}`)
  }
  const allOf = (group: ExceptionGroup): Extract<Target, { kind: 'all' }> => ({
    kind: 'all',
    filter: { ...filters.query(), root: group.root },
    count: group.cases,
    words: `${group.title}, ${formatNumber(group.cases)}`,
  })
  /** The selection, else the case under the cursor, else all of the group under it. */
  const target = (): Target | undefined => {
    const item = here()
    const picked = picks.target(filters.query(), total())
    if (picked) return picked
    if (item?.kind === 'group') return allOf(item.group)
    const row = item?.kind === 'case' ? queue.rows.of(item.number) : undefined
    return row && { kind: 'one', row }
  }
  const act = (key: string) => {
    const on = target()
    const name = actOfKey(key, on?.kind === 'one' ? on.row : undefined, actor())
    if (on && name) beginAct(name, on)
  }
  const begin = (name: ActName) => {
    const on = target()
    if (on) beginAct(name, on)
  }
  const select = async (isRange: boolean) => {
    const item = here()
    if (item?.kind === 'group') return picks.addGroup(allOf(item.group), await groups.read(item.group.root))
    if (item?.kind !== 'case') return move(1)
    if (isRange) picks.extend(item.number, order())
    else picks.toggle(item.number)
  }
  const renew = () => void Promise.all([queue.renew(), filters.grouped() ? groups.renew() : undefined])

  // another list: what was selected in the one before is not seen any more
  createEffect(
    on(
      () => JSON.stringify(filters.query()),
      () => picks.clear(),
      { defer: true },
    ),
  )
  onMount(() => {
    if (left?.query === JSON.stringify(filters.query())) {
      setCursor(left.cursor)
      queueMicrotask(() => scrollTo(items().findIndex((item) => keyOf(item) === cursor())))
    } else if (!queue.isNew()) renew()
    left = undefined
  })
  // an address that names only a view: its filters are put beside it
  createEffect(() => {
    const known = dataOf(views)?.views
    if (!known) return
    const slug = filters.text('view')
    const named = known.find((view) => (slug ? view.slug === slug : view.is_start && !isStarted))
    isStarted = true
    if (named && filters.address() === '') openView(filters, named)
  })
  useKeys([
    { key: 'j', label: 'Next case', run: () => move(1) },
    { key: 'k', label: 'Previous case', run: () => move(-1) },
    { key: 'x', label: 'Select', needs: 'work', run: () => void select(false) },
    {
      key: 'X',
      show: 'Shift X',
      label: 'Select from the last one to here',
      needs: 'work',
      run: () => void select(true),
    },
    {
      key: '*',
      label: 'Select all that match, or all here',
      needs: 'work',
      run: () => picks.more(order()),
    },
    { key: 'Enter', label: 'Open the case, or the group', run: open },
    { key: 'o', label: 'Open the case, or the group', run: open },
    {
      key: ' ',
      show: 'Space',
      label: 'Preview',
      run: () => {
        if (!here()) move(1)
        setPreview((shown) => !shown)
      },
    },
    { key: 'b', label: 'Group by cause', run: () => filters.set('group', filters.grouped() ? '' : 'on') },
    { key: '.', label: 'Show what has come and gone', run: renew },
    { key: 'v', label: 'Views', run: () => setIsManaging(true) },
    { key: 'u', label: 'Apply the ownership rules', needs: 'work', run: () => setIsOwning(true) },
    { key: 'f', label: 'Filter by text', run: () => document.getElementById('text-filter')?.focus() },
    ...TABS.map((tab, index) => ({
      key: String(index + 1),
      label: tab.name,
      run: () => filters.replaceAll(tab.query),
    })),
    {
      key: 'Escape',
      show: 'Esc',
      label: 'Close the preview, clear the selection, leave the row',
      run: () =>
        preview() ? setPreview(false) : picks.size() > 0 || picks.isAll() ? picks.clear() : setCursor(''),
    },
  ])
  useActKeys(act)
  const replay = () => {
    const on = target()
    if (on) beginReplay(on)
  }
  useKeys([{ key: 'p', label: 'Ask the integration to send again', needs: 'work', run: replay }])

  return (
    <>
      <PageBar
        title="Exceptions"
        asOf={queue.now()?.as_of}
        summary={
          <Show when={queue.now()}>
            {(data) => (
              <>
                <b>{formatNumber(data().total)}</b>{' '}
                {filters.active().length > 0 && queue.standing()
                  ? `of ${formatNumber(queue.standing()?.open ?? 0)} `
                  : ''}
                {filters.state() === 'all' ? 'cases' : filters.state()},{' '}
                <b class="num">{formatMoney(data().amount_total, data().currency)}</b> at risk
                <span class="muted">, {money.note()}</span>
              </>
            )}
          </Show>
        }
      />
      <div class="bar view-bar">
        <ViewTabs
          filters={filters}
          standing={queue.standing()}
          views={dataOf(views)?.views ?? []}
          onManage={() => setIsManaging(true)}
        />
        <span class="spacer" />
        <QueueNews fresh={queue.fresh()} gone={queue.gone()} onShow={renew} />
        <Show when={may('work')}>
          <button type="button" class="link nowrap desk-only" onClick={() => setIsOwning(true)}>
            Ownership rules <kbd>U</kbd>
          </button>
        </Show>
        <label class="check desk-only">
          <input
            type="checkbox"
            checked={filters.grouped()}
            onChange={(event) => filters.set('group', event.currentTarget.checked ? 'on' : '')}
          />
          Group by cause <kbd>B</kbd>
        </label>
      </div>
      <FilterBar filters={filters} list={queue.now()} />
      <main
        id="main"
        tabindex="-1"
        class="queue-page"
        classList={{ split: preview() && number() !== undefined }}
      >
        <div class="queue-list">
          <Panel answer={queue.first} what="The exceptions" skeleton={<QueueSkeleton />}>
            {() => (
              <>
                <div class="say-slot">
                  <Show when={queue.standing()}>{(standing) => <Incomplete standing={standing()} />}</Show>
                </div>
                <Show
                  when={items().length > 0 || filters.grouped()}
                  fallback={
                    <Show when={queue.now()}>
                      {(data) => (
                        <Show when={queue.standing()}>
                          {(standing) => (
                            <NoExceptions list={data()} standing={standing()} filters={filters} />
                          )}
                        </Show>
                      )}
                    </Show>
                  }
                >
                  <QueueTable
                    items={items()}
                    rows={queue.rows}
                    groups={groups}
                    currency={money.sums()}
                    isOwn={money.isOwn()}
                    cursor={cursor()}
                    isSelected={picks.has}
                    onCursor={(item, byHand) => {
                      setCursor(keyOf(item))
                      if (item.kind === 'group') void groups.toggle(item.group.root)
                      if (item.kind !== 'case' || !byHand) return
                      if (isPhone()) leaveFor(item.number)
                      else setPreview(true)
                    }}
                    onReplay={(group) => beginReplay(allOf(group))}
                    onSelect={(one, isRange) => (isRange ? picks.extend(one, order()) : picks.toggle(one))}
                    ref={(to) => {
                      scrollTo = to
                    }}
                  />
                </Show>
              </>
            )}
          </Panel>
        </div>
        <Show when={preview() && number()}>
          {(shown) => <ExceptionPreview number={shown()} onClose={() => setPreview(false)} />}
        </Show>
      </main>
      <Show when={picks.size() > 0 || picks.isAll()} fallback={<QueueHints />}>
        <QueueBar
          count={picks.isAll() ? total() : picks.size()}
          isAll={picks.isAll()}
          total={total()}
          onAct={begin}
          onReplay={replay}
          onAll={picks.all}
          onClear={picks.clear}
        />
      </Show>
      <ActDialog
        onDone={(_, on, row) => {
          if (row) queue.rows.put([row])
          if (on.kind !== 'one') picks.clear()
        }}
      />
      <ReplayDialog />
      <OwnershipDialog open={isOwning()} onClose={() => setIsOwning(false)} />
      <ViewsDialog
        open={isManaging()}
        filters={filters}
        views={dataOf(views)?.views ?? []}
        onClose={() => setIsManaging(false)}
      />
    </>
  )
}
