import { createMemo, For, Show } from 'solid-js'
import type { FlowDetail } from '../../server/api/schemas/flows.ts'
import { formatNumber, formatPercent } from '../lib/format.ts'

const STAGE = 17
const DROP = 10
const HEIGHT = 116

/**
 * The cohort stage by stage: how many came through, and between two stages how many are missing:
 * in flight grey, stuck red, drawn to scale on an axis that says where it is broken.
 */
export function Ledger(props: { flow: FlowDetail }) {
  const stages = () => props.flow.stages
  const drops = createMemo(() =>
    stages()
      .slice(1)
      .map((stage, i) => {
        const before = stages()[i]
        const handoff =
          props.flow.handoffs.find((h) => h.to_stage === stage.stage && h.from_stage === before?.stage) ??
          props.flow.handoffs.find((h) => h.to_stage === stage.stage)
        const drop = (before?.reached ?? 0) - stage.reached
        return { handoff, drop, stuck: Math.min(handoff?.stuck ?? 0, Math.max(0, drop)) }
      }),
  )
  const scale = createMemo(() => {
    const values = stages().map((stage) => stage.reached)
    const top = Math.max(1, ...values)
    const low = Math.min(top, ...values)
    const broken = low > top * 0.5
    const bottom = broken ? Math.max(0, low - (top - low) * 0.2) : 0
    const span = top - bottom || 1
    return { top, bottom, broken, y: (value: number) => 6 + ((top - value) / span) * (HEIGHT - 22) }
  })
  const marks = createMemo(() => {
    const { top, bottom } = scale()
    const rough = (top - bottom) / 3
    if (rough <= 0) return []
    const power = 10 ** Math.floor(Math.log10(rough))
    const step = Math.max(1, ([1, 2, 5, 10].find((n) => n * power >= rough) ?? 10) * power)
    const found: number[] = []
    for (let mark = Math.floor(top / step) * step; mark >= bottom && mark >= 0; mark -= step) found.push(mark)
    return found
  })
  const units = () => stages().length * STAGE + (stages().length - 1) * DROP
  const x = (unit: number) => `${(unit / units()) * 100}%`
  const start = (i: number) => i * (STAGE + DROP)

  return (
    <section class="scroll-x" tabindex="0" aria-label="The cohort by stage">
      <div class="ledger">
        <ol
          class="ledger-heads"
          style={{
            'grid-template-columns': stages()
              .map((_, i) => (i ? `${DROP}fr ${STAGE}fr` : `${STAGE}fr`))
              .join(' '),
          }}
        >
          <For each={stages()}>
            {(stage, i) => (
              <>
                <Show when={i() > 0 ? drops()[i() - 1] : undefined}>
                  {(drop) => (
                    <li class="ledger-drop">
                      <span class="soft">
                        {drop().handoff
                          ? `${drop().handoff?.from_role.toUpperCase()}→${drop().handoff?.to_role.toUpperCase()}`
                          : ''}
                      </span>
                      <b>{drop().drop === 0 ? '0' : formatNumber(-drop().drop, { signed: true })}</b>
                      <span class="soft">{formatNumber(drop().handoff?.in_flight ?? 0)} in flight</span>
                      <span class={(drop().handoff?.stuck ?? 0) > 0 ? 't-breach strong' : 'muted'}>
                        {formatNumber(drop().handoff?.stuck ?? 0)} stuck
                      </span>
                    </li>
                  )}
                </Show>
                <li>
                  <b>{stage.name}</b>
                  <span class="ledger-count">{formatNumber(stage.reached)}</span>
                  <span class="soft">
                    {i() === 0 || stage.share === null
                      ? 'cohort, begun in range'
                      : `${formatPercent(stage.share * 100)}${stage.previous_share === null ? '' : `, prev. ${formatPercent(stage.previous_share * 100)}`}`}
                  </span>
                </li>
              </>
            )}
          </For>
        </ol>
        <svg class="ledger-steps" width="100%" height={HEIGHT} aria-hidden="true">
          <For each={marks()}>
            {(mark, i) => (
              <>
                <line x1="0" x2="100%" y1={scale().y(mark)} y2={scale().y(mark)} stroke="var(--rule-2)" />
                {/* a mark at the very top is named below its line, clear of the counts */}
                <text
                  x="0"
                  y={scale().y(mark) + (scale().y(mark) < 18 ? 13 : -4)}
                  fill="var(--ink-3)"
                  font-size="11"
                >
                  {formatNumber(mark)}
                  {scale().broken && i() === marks().length - 1 ? ', axis broken below' : ''}
                </text>
              </>
            )}
          </For>
          <For each={stages()}>
            {(stage, i) => (
              <>
                <line
                  x1={x(start(i()))}
                  x2={x(start(i()) + STAGE)}
                  y1={scale().y(stage.reached)}
                  y2={scale().y(stage.reached)}
                  stroke="var(--ink)"
                  stroke-width="2.5"
                />
                <Show when={drops()[i()]}>
                  {(drop) => {
                    const from = () => scale().y(stage.reached)
                    const to = () => scale().y(stage.reached - drop().drop)
                    const red = () => (drop().drop > 0 ? ((to() - from()) * drop().stuck) / drop().drop : 0)
                    return (
                      <>
                        <line
                          x1={x(start(i()) + STAGE)}
                          x2={x(start(i()) + STAGE + 3)}
                          y1={from()}
                          y2={from()}
                          stroke="var(--ink-2)"
                        />
                        <line
                          x1={x(start(i()) + STAGE + 3)}
                          x2={x(start(i()) + STAGE + DROP)}
                          y1={to()}
                          y2={to()}
                          stroke="var(--ink-2)"
                        />
                        <rect
                          x={x(start(i()) + STAGE + 1.5)}
                          width={x(3)}
                          y={Math.min(from(), to())}
                          height={Math.abs(to() - from())}
                          fill="var(--fill-2)"
                          stroke="var(--ink-3)"
                        />
                        <rect
                          x={x(start(i()) + STAGE + 1.5)}
                          width={x(3)}
                          y={to() - red()}
                          height={red()}
                          fill="var(--breach)"
                        />
                      </>
                    )
                  }}
                </Show>
              </>
            )}
          </For>
        </svg>
      </div>
    </section>
  )
}
