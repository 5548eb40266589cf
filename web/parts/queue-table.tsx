import { createEffect, createMemo, For, lazy, Match, onMount, Show, Suspense, Switch } from 'solid-js'
import type { ExceptionGroup } from '../../server/api/schemas/exception-groups.ts'
import { formatMoney, formatNumber } from '../lib/format.ts'
import { isIdle } from '../lib/idle.ts'
import { isPhone } from '../lib/media.ts'
import type { Rows } from '../lib/queue.ts'
import { type Groups, type Item, keyOf } from '../lib/queue-items.ts'
import { createWindowLines } from '../lib/window-lines.ts'
import { QueueRow } from './queue-row.tsx'

/** Groups stand in the queue only where somebody asks for them. */
const QueueGroupRow = lazy(() => import('./queue-group.tsx'))

/** Heights are fixed, so that a row keeps its place while others are not there yet. */
const HEIGHTS = { case: 30, group: 36, history: 30, more: 30 }
const PHONE_HEIGHTS = { case: 84, group: 64, history: 64, more: 48 }
/** About so much of the page stands above the first line. */
const ABOVE = 220
/** Rows are asked for in pieces of so many. */
const PIECE = 50

const COLUMNS = [
  ['pick', ''],
  ['severity', 'Severity'],
  ['status', 'Status'],
  ['due-cell', 'Due'],
  ['r amount', 'Value at risk'],
  ['plant', 'Plant'],
  ['key', 'Key'],
  ['what', 'Difference'],
  ['team', 'Owner team'],
  ['assignee', 'Assignee'],
  ['r age', 'Age'],
] as const

/** The queue: only the lines on screen are drawn, whatever their number. */
export function QueueTable(props: {
  items: Item[]
  rows: Rows
  groups: Groups
  /** of sums */
  currency: string
  /** each case is in its plant's currency */
  isOwn: boolean
  cursor: string
  isSelected: (number: number) => boolean
  onCursor: (item: Item, byHand: boolean) => void
  onSelect: (number: number, isRange: boolean) => void
  /** asks for the messages behind a group again */
  onReplay: (group: ExceptionGroup) => void
  /** moves a line into view */
  ref: (scrollTo: (index: number) => void) => void
}) {
  let table: HTMLTableElement | undefined
  const heights = createMemo(() => {
    const of = isPhone() ? PHONE_HEIGHTS : HEIGHTS
    return props.items.map(({ kind }) => of[kind])
  })
  const list = createWindowLines(
    heights,
    // first what is seen, then what is about to be
    () => (isIdle() ? 6 : 0),
    innerHeight - ABOVE,
  )
  createEffect(() => {
    if (isIdle()) void QueueGroupRow.preload()
  })
  onMount(() => {
    list.place((table?.getBoundingClientRect().top ?? 0) + scrollY + (table?.tHead?.offsetHeight ?? 0))
    props.ref(list.scrollTo)
  })
  const pieces = createMemo(
    () => {
      const [from, to] = [list.lines()[0] ?? 0, list.lines().at(-1) ?? 0]
      const first = Math.floor(from / PIECE)
      return Array.from({ length: Math.floor(to / PIECE) - first + 1 }, (_, index) => first + index)
    },
    [],
    { equals: (a, b) => a.join() === b.join() },
  )

  return (
    <>
      <For each={pieces()}>{(piece) => <Follow piece={piece} items={props.items} rows={props.rows} />}</For>
      <table class="table queue" ref={table} aria-rowcount={props.items.length + 1} aria-label="Cases">
        <thead>
          <tr aria-rowindex={1}>
            <For each={COLUMNS}>
              {([name, title]) => <th class={name}>{title || <span class="sr">Selected</span>}</th>}
            </For>
          </tr>
        </thead>
        <tbody>
          <Show when={list.before() > 0}>
            <tr class="gap" style={{ height: `${list.before()}px` }} />
          </Show>
          <For each={list.lines()}>
            {(index) => (
              <Show when={props.items[index]}>
                {(item) => <Line {...props} item={item()} index={index} />}
              </Show>
            )}
          </For>
          <Show when={list.after() > 0}>
            <tr class="gap" style={{ height: `${list.after()}px` }} />
          </Show>
        </tbody>
      </table>
    </>
  )
}

type LineProps = Parameters<typeof QueueTable>[0] & { item: Item; index: number }

function Line(props: LineProps) {
  const of = <Kind extends Item['kind']>(kind: Kind) =>
    props.item.kind === kind ? (props.item as Extract<Item, { kind: Kind }>) : undefined
  const isCursor = () => props.cursor === keyOf(props.item)
  return (
    <Switch>
      <Match when={of('case')}>
        {(item) => (
          <QueueRow
            number={item().number}
            index={props.index}
            row={props.rows.of(item().number)}
            currency={props.isOwn ? '' : props.currency}
            inGroup={item().inGroup}
            isCursor={isCursor()}
            isSelected={props.isSelected(item().number)}
            onPick={() => props.onCursor(item(), true)}
            onSelect={(event) => props.onSelect(item().number, event.shiftKey)}
          />
        )}
      </Match>
      <Match when={of('group')}>
        {(item) => (
          <Suspense
            fallback={
              <tr class="group" style={{ height: `${(isPhone() ? PHONE_HEIGHTS : HEIGHTS).group}px` }} />
            }
          >
            <QueueGroupRow
              group={item().group}
              index={props.index}
              currency={props.currency}
              isOpen={props.groups.isOpen(item().group.root)}
              isCursor={isCursor()}
              onPick={() => props.onCursor(item(), true)}
              onToggle={() => void props.groups.toggle(item().group.root)}
              onReplay={() => props.onReplay(item().group)}
            />
          </Suspense>
        )}
      </Match>
      <Match when={of('history')}>
        {(item) => (
          <tr class="history" aria-rowindex={props.index + 2}>
            <td colspan="11">
              <b>It comes back: agree on the mapping rather than mending its cases.</b>{' '}
              <For each={item().group.episodes.slice(0, 6)}>
                {(episode) => (
                  <span class="episode soft">
                    {episode.from === episode.to ? episode.from : `${episode.from} to ${episode.to}`},{' '}
                    {formatNumber(episode.cases)} {episode.cases === 1 ? 'case' : 'cases'},{' '}
                    {formatMoney(episode.amount, props.currency)}
                  </span>
                )}
              </For>
            </td>
          </tr>
        )}
      </Match>
      <Match when={of('more')}>
        {(item) => (
          <tr class="more-row" classList={{ cursor: isCursor() }} aria-rowindex={props.index + 2}>
            <td colspan="11">
              <button
                type="button"
                class="link"
                tabindex={-1}
                onClick={() => props.groups.showMore(item().group.root)}
              >
                Show more of {formatNumber(item().hidden)}
              </button>
            </td>
          </tr>
        )}
      </Match>
    </Switch>
  )
}

/** Keeps one piece of the list live while it is on screen. */
function Follow(props: { piece: number; items: Item[]; rows: Rows }) {
  const numbers = createMemo(
    () =>
      props.items
        .slice(props.piece * PIECE, (props.piece + 1) * PIECE)
        .flatMap((item) => (item.kind === 'case' ? [item.number] : [])),
    [] as number[],
    { equals: (a, b) => a.join() === b.join() },
  )
  props.rows.follow(numbers)
  return null
}
