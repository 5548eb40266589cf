import { createSignal, For, Show } from 'solid-js'
import type { Status } from '../../server/api/schemas/common.ts'
import type { InterchangeState, Interchanges } from '../../server/api/schemas/interchanges.ts'
import { now } from '../lib/clock.ts'
import { formatAge, formatNumber } from '../lib/format.ts'
import { ageSeconds, formatTime, viewerZone } from '../lib/time.ts'
import { Section } from './section.tsx'
import { Shape } from './shape.tsx'

type Interchange = Interchanges['interchanges'][number]

const shownAtFirst = 15
const words: Record<InterchangeState, { status: Status; says: string }> = {
  conflict: { status: 'breach', says: 'Conflict' },
  rejected: { status: 'breach', says: 'Rejected' },
  partly: { status: 'breach', says: 'Rejected in part' },
  overdue: { status: 'breach', says: 'Not acknowledged' },
  with_errors: { status: 'watch', says: 'Accepted with errors' },
  duplicate: { status: 'watch', says: 'Came before' },
  waiting: { status: 'unknown', says: 'Waits' },
  accepted: { status: 'ok', says: 'Accepted' },
  none: { status: 'ok', says: 'Read' },
}
const rank = (one: Interchange) => ({ breach: 0, watch: 1, unknown: 2, ok: 2 })[words[one.state].status]

/** What was exchanged with partners by EDI: how each interchange was acknowledged, and why one was not taken. */
export function InterchangeSection(props: { exchanged: Interchanges }) {
  const [all, setAll] = createSignal(false)
  // what somebody has to look at comes first; the rest stays as it came
  const rows = () => [...props.exchanged.interchanges].sort((a, b) => rank(a) - rank(b))
  const shown = () => (all() ? rows() : rows().slice(0, shownAtFirst))
  const bad = () => rows().filter((one) => rank(one) === 0).length
  return (
    <Section
      title="Interchanges"
      sub={`X12 and EDIFACT with partners, last ${props.exchanged.days} days`}
      label="Interchanges"
      more={
        <span class={bad() > 0 ? 't-breach' : 'muted'}>
          {bad() > 0
            ? `${formatNumber(bad())} of ${formatNumber(rows().length)} need somebody`
            : `${formatNumber(rows().length)} read`}
        </span>
      }
    >
      <Show
        when={rows().length > 0}
        fallback={<p class="soft pad">No interchange has come in these {props.exchanged.days} days.</p>}
      >
        <section class="scroll-x interchanges" tabindex="0" aria-label="Interchanges, one by one">
          <table class="table">
            <thead>
              <tr>
                <th>State</th>
                <th>From and to</th>
                <th class="r">Number</th>
                <th>Messages</th>
                <th class="r">Lines</th>
                <th class="r">Written</th>
                <th class="r">Acknowledged</th>
                <th>What is wrong</th>
                <th>File</th>
              </tr>
            </thead>
            <tbody>
              <For each={shown()}>{(one) => <Row one={one} />}</For>
            </tbody>
          </table>
        </section>
        <Show when={rows().length > shownAtFirst}>
          <p class="more-rows">
            <button type="button" class="link" aria-expanded={all()} onClick={() => setAll(!all())}>
              {all() ? 'Show fewer' : `Show all ${formatNumber(rows().length)}`}
            </button>
          </p>
        </Show>
      </Show>
    </Section>
  )
}

function Row(props: { one: Interchange }) {
  const one = () => props.one
  const word = () => words[one().state]
  const wrong = () => describeWrong(one())
  return (
    <tr>
      <td class={`nowrap strong t-${word().status}`}>
        <Shape status={word().status} /> {word().says}
      </td>
      <td class="nowrap">
        {one().sender} <span class="soft">→</span> {one().receiver}
      </td>
      <td class="r key">{one().control}</td>
      <td class="nowrap" title={one().documents.join(', ')}>
        {describeTypes(one().types)}
        <Show when={one().test}>
          <span class="soft"> test</span>
        </Show>
      </td>
      <td class="r">{formatNumber(one().lines)}</td>
      <td class="r nowrap">{formatTime(one().at, viewerZone(), { day: true })}</td>
      <td class="r nowrap">
        <Show when={one().told_at} fallback={<span class="soft">{describeDue(one())}</span>}>
          {(at) => formatTime(at(), viewerZone(), { day: true })}
        </Show>
      </td>
      <td class={wrong().length > 0 && word().status !== 'ok' ? 'wrong' : 'wrong soft'}>
        <For each={wrong()} fallback="nothing">
          {(line) => <div>{line}</div>}
        </For>
      </td>
      <td class="nowrap soft">{one().path}</td>
    </tr>
  )
}

const describeTypes = (types: string[]) =>
  [...new Set(types)]
    .map((type) => {
      const count = types.filter((each) => each === type).length
      return count > 1 ? `${type} × ${formatNumber(count)}` : type
    })
    .join(', ') || 'none'

function describeDue({ due_at }: Interchange): string {
  if (!due_at) return 'not asked for'
  const left = -ageSeconds(due_at, now())
  return left > 0 ? `due in ${formatAge(left)}` : `due ${formatAge(-left)} ago`
}

function describeWrong({ state, earlier, said, deviations }: Interchange): string[] {
  if (state === 'conflict')
    return [`its number came with another content, in ${earlier}; it is in quarantine`]
  if (state === 'duplicate') return [`the same came in ${earlier}; it was not taken again`]
  const told = said.filter(({ reasons }) => reasons.length > 0)
  return [
    ...(state === 'overdue' ? ['its receiver has not acknowledged it'] : []),
    ...(told.length > 0 ? told : said).map(({ kind, message, reasons }) =>
      [`${kind}${message && ` of ${message}`}`, reasons.join('; ') || 'no reason is given'].join(': '),
    ),
    ...deviations,
  ]
}
