import { A } from '@solidjs/router'
import { createMemo, createSignal, For, onCleanup, onMount, Show } from 'solid-js'
import type { TimelineEntry } from '../../server/api/schemas/exceptions.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatTime } from '../lib/time.ts'
import { Masked } from './masked.tsx'

const LANE = 40
const TOP = 36
const LABEL = 84
const MIN_COLUMN = 96
const ROLES = ['crm', 'erp', 'mes', 'wms']

/**
 * What each system saw of the key, in the order it happened (not to scale). What was expected and never
 * came is a dashed hole in a red band, at the time it was due.
 */
export function Lanes(props: { entries: TimelineEntry[]; zone: string }) {
  const estate = useEstate()
  const [width, setWidth] = createSignal(900)
  let frame: HTMLElement | undefined
  onMount(() => {
    const observer = new ResizeObserver(([entry]) => entry && setWidth(entry.contentRect.width))
    if (frame) {
      observer.observe(frame)
      // on a narrow screen the lanes scroll: what is missing is what one came to see
      const missing = props.entries.findIndex((entry) => entry.missing)
      if (missing >= 0 && x(missing) + MIN_COLUMN > frame.clientWidth)
        frame.scrollLeft = Math.max(x(senderOf(missing)) - LABEL - 16, x(missing) - frame.clientWidth * 0.75)
    }
    onCleanup(() => observer.disconnect())
  })

  const lanes = createMemo(() => {
    const names = new Map(props.entries.map((entry) => [entry.system, entry.system_name]))
    const role = (system: string) => {
      const at = ROLES.indexOf(estate.view()?.systems.find((one) => one.system === system)?.role ?? '')
      return at < 0 ? ROLES.length : at
    }
    return [...names]
      .map(([system, name]) => ({ system, name }))
      .sort((a, b) => role(a.system) - role(b.system))
  })
  const column = () => Math.max(MIN_COLUMN, (width() - LABEL) / Math.max(1, props.entries.length))
  const x = (at: number) => LABEL + at * column() + 8
  const y = (entry: TimelineEntry) =>
    TOP + lanes().findIndex((lane) => lane.system === entry.system) * LANE + LANE / 2
  /** whoever should have caused what is missing: the event of the hand-off's first stage, else the one before */
  const senderOf = (at: number) => {
    const stage = props.entries[at]?.stage
    const from = (estate.view()?.flows ?? [])
      .flatMap((flow) => flow.handoffs)
      .find((h) => h.to_stage === stage)?.from_stage
    const found = props.entries.findLastIndex((entry, i) => i < at && !entry.missing && entry.stage === from)
    return found < 0 ? at - 1 : found
  }
  const links = createMemo(() =>
    props.entries.slice(1).flatMap((entry, i) => {
      const before = entry.missing ? senderOf(i + 1) : i
      const from = props.entries[before] as TimelineEntry
      // nothing leaves what never came
      if (from.missing || from.system === entry.system) return []
      const down = y(entry) > y(from)
      const middle = y(entry) + (down ? -LANE / 2 : LANE / 2)
      return [{ d: `M${x(before)} ${y(from)}V${middle}H${x(i + 1)}V${y(entry)}`, missing: entry.missing }]
    }),
  )
  const clock = (entry: TimelineEntry) => formatTime(entry.at, props.zone, { zone: false, seconds: true })
  /** the day stands above the clock where it changes */
  const split = (at: number) => {
    const parts = (i: number) => {
      const text = clock(props.entries[i] as TimelineEntry)
      const cut = text.lastIndexOf(' ')
      return { day: cut < 0 ? '' : text.slice(0, cut), time: text.slice(cut + 1) }
    }
    const own = parts(at)
    return { time: own.time, day: at > 0 && parts(at - 1).day === own.day ? '' : own.day }
  }

  return (
    <section class="lanes scroll-x" ref={frame} tabindex="0" aria-label="Events of the key by system">
      <div
        class="lanes-sheet"
        style={{
          width: `${LABEL + column() * props.entries.length}px`,
          height: `${TOP + lanes().length * LANE + 4}px`,
        }}
      >
        <For each={props.entries}>
          {(entry, at) => (
            <Show when={entry.missing}>
              <i class="lane-band" style={{ left: `${x(at()) - 10}px`, width: `${column() - 6}px` }} />
            </Show>
          )}
        </For>
        <svg
          class="lane-lines"
          width={LABEL + column() * props.entries.length}
          height={TOP + lanes().length * LANE}
          aria-hidden="true"
        >
          <For each={lanes()}>
            {(_, at) => (
              <line
                x1="0"
                x2="100%"
                y1={TOP + at() * LANE + LANE - 0.5}
                y2={TOP + at() * LANE + LANE - 0.5}
                stroke="var(--rule-2)"
              />
            )}
          </For>
          <For each={links()}>
            {(link) => (
              <path
                d={link.d}
                fill="none"
                stroke={link.missing ? 'var(--breach)' : 'var(--ink-2)'}
                stroke-dasharray={link.missing ? '4 3' : undefined}
              />
            )}
          </For>
        </svg>
        <div class="lane-names">
          <For each={lanes()}>
            {(lane, at) => (
              <b class="lane-name" style={{ top: `${TOP + at() * LANE}px` }}>
                {lane.name}
              </b>
            )}
          </For>
        </div>
        <ol>
          <For each={props.entries}>
            {(entry, at) => (
              <li classList={{ missing: entry.missing }}>
                <span class="lane-time num" style={{ left: `${x(at()) - 5}px` }}>
                  <Show when={split(at()).day}>
                    <small>{split(at()).day}</small>
                  </Show>
                  {entry.missing ? 'by ' : ''}
                  {split(at()).time}
                </span>
                <i class="lane-dot" style={{ left: `${x(at())}px`, top: `${y(entry)}px` }} />
                <span
                  class="lane-text"
                  style={{
                    left: `${x(at()) + 10}px`,
                    top: `${y(entry) - 16}px`,
                    width: `${column() - 20}px`,
                  }}
                  title={`${entry.system_name}: ${entry.title} ${entry.detail}`}
                >
                  <span class="sr">{entry.system_name}: </span>
                  <Show when={entry.href ?? entry.trace_id} fallback={<b>{entry.title}</b>}>
                    <A href={entry.href ?? `/traces/${entry.trace_id}`}>
                      <b>{entry.title}</b>
                    </A>
                  </Show>
                  <span>
                    <Masked text={entry.detail || (entry.missing ? 'not received' : '')} />
                  </span>
                </span>
              </li>
            )}
          </For>
        </ol>
      </div>
    </section>
  )
}
