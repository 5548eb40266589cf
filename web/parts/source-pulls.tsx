import { createSignal, For, Show } from 'solid-js'
import type { PulledSources } from '../../server/api/schemas/source-pulls.ts'
import { now } from '../lib/clock.ts'
import { formatAge, formatBytes, formatDuration, formatNumber } from '../lib/format.ts'
import { later } from '../lib/later.tsx'
import { may } from '../lib/may.ts'
import { ageSeconds, formatTime, viewerZone } from '../lib/time.ts'
import { Section } from './section.tsx'
import { Shape } from './shape.tsx'

export type Pulled = PulledSources['sources'][number]

const SourcePause = later(() => import('./source-pause.tsx'))

/** Sources that we pull: how far each was read, when it is looked at next, and who stopped it. */
export function SourcePulls(props: { pulled: PulledSources }) {
  const [asked, setAsked] = createSignal<Pulled>()
  const paused = () => props.pulled.sources.filter((source) => source.paused !== null)
  const steps = () =>
    props.pulled.sources
      .flatMap((source) => source.steps.map((step) => ({ ...step, source: source.source })))
      .sort((a, b) => Date.parse(b.at) - Date.parse(a.at))
  return (
    <Section
      title="Polling"
      sub="sources we fetch ourselves; what is sent to us is always taken, so that nothing is lost"
      label="Polling"
    >
      <For each={paused()}>
        {(source) => (
          <p class="refusing paused" role="alert">
            <Shape status="watch" />
            <span>
              <b>{source.source} is paused</b> by {source.paused?.actor} since{' '}
              {formatTime(source.paused?.at ?? '', viewerZone())}: {source.paused?.reason}. Checks that read
              it are incomplete once its watermark is too old; they open and close nothing.
            </span>
          </p>
        )}
      </For>
      <section class="scroll-x" tabindex="0" aria-label="Pulled sources">
        <table class="table">
          <thead>
            <tr>
              <th>State</th>
              <th>Source</th>
              <th>System</th>
              <th>Read up to</th>
              <th class="r">Last poll</th>
              <th class="r">Next poll</th>
              <th class="r">Asked, 24 h</th>
              <th class="r">Rows, 24 h</th>
              <th>Errors</th>
              <th>
                <span class="sr">Act</span>
              </th>
            </tr>
          </thead>
          <tbody>
            <For each={props.pulled.sources}>
              {(source) => <Row source={source} onAsk={() => setAsked(source)} />}
            </For>
          </tbody>
        </table>
      </section>
      <Show when={steps().length > 0}>
        <details class="source-steps">
          <summary>
            {formatNumber(steps().length)} {steps().length === 1 ? 'step' : 'steps'}: who paused and resumed
          </summary>
          <ul>
            <For each={steps()}>
              {(step) => (
                <li>
                  <span class="soft nowrap">{formatTime(step.at, viewerZone(), { day: true })}</span>{' '}
                  <b>{step.source}</b> {step.act} by {step.actor}
                  <Show when={step.reason}>: {step.reason}</Show>
                </li>
              )}
            </For>
          </ul>
        </details>
      </Show>
      <SourcePause source={asked()} onClose={() => setAsked(undefined)} />
    </Section>
  )
}

function Row(props: { source: Pulled; onAsk: () => void }) {
  const source = () => props.source
  const untilNext = () => -ageSeconds(source().next_poll_at ?? '', now())
  return (
    <tr>
      <td
        class={`nowrap strong ${source().paused || source().held ? 't-watch' : source().error ? 't-breach' : 't-ok'}`}
      >
        <Shape status={source().paused || source().held ? 'watch' : source().error ? 'breach' : 'ok'} />{' '}
        {source().paused
          ? 'Paused'
          : source().held
            ? 'Paused: disk'
            : source().error
              ? 'Failing'
              : source().every_s === null
                ? 'Listening'
                : 'Polling'}
      </td>
      <td class="key">
        {source().source} <span class="soft">{source().place.split('/').slice(-2).join('/')}</span>
      </td>
      <td class="nowrap">{source().system_name}</td>
      <td class="nowrap">
        <Show when={source().cursor} fallback={<span class="soft">nothing read yet</span>}>
          {(cursor) => (
            <>
              <span title={cursor().value && `goes on from ${cursor().value}`}>{cursor().path}</span>{' '}
              <span class="soft">of {formatTime(cursor().modified_at, viewerZone(), { day: true })}</span>
            </>
          )}
        </Show>
      </td>
      <td class="r soft">
        <Show when={source().polled_at} fallback="–">
          {(at) => <>{formatAge(ageSeconds(at(), now()))} ago</>}
        </Show>
      </td>
      <td class="r">
        <Show
          when={source().next_poll_at}
          fallback={source().paused ? 'not until resumed' : source().held ? 'once there is room' : 'now'}
        >
          {untilNext() < 1 ? 'now' : <>in {formatAge(untilNext())}</>}
        </Show>
      </td>
      <td class="r nowrap" title={describeCost(source())}>
        <Show when={source().cost} fallback={counted(source().files_24h ?? 0, 'file', 'files')}>
          {(cost) => (
            <>
              {counted(cost().requests_24h, 'request', 'requests')}
              <Show when={cost().per_day}>
                {(most) => (
                  <span class={cost().requests_today >= most() ? 't-breach' : 'soft'}>
                    {' '}
                    {formatNumber(most() - cost().requests_today)} left today
                  </span>
                )}
              </Show>
            </>
          )}
        </Show>
      </td>
      <td class="r">{formatNumber(source().rows_24h)}</td>
      <td
        class={source().held || source().error || source().failed > 0 ? 'cut t-breach' : 'cut soft'}
        title={source().held || source().error}
      >
        {source().held ||
          source().error ||
          ((source().cost?.failed_24h ?? 0) > 0
            ? `${counted(source().cost?.failed_24h ?? 0, 'poll', 'polls')} failed in 24 h`
            : source().failed > 0
              ? `${formatNumber(source().failed)} ${source().failed === 1 ? 'file' : 'files'} not read`
              : 'none')}
      </td>
      <td class="r">
        <Show when={may('respond') && source().can_pause}>
          <button type="button" class="btn" onClick={() => props.onAsk()}>
            {source().paused ? 'Resume' : 'Pause'}
            <span class="sr"> {source().source}</span>
          </button>
        </Show>
      </td>
    </tr>
  )
}

const counted = (count: number, one: string, many: string) =>
  `${formatNumber(count)} ${count === 1 ? one : many}`

/** What asking a source costs, and how its clock goes. */
function describeCost({ cost }: Pulled): string {
  if (!cost) return ''
  const skew =
    cost.skew_ms === null || Math.abs(cost.skew_ms) < 2000
      ? ''
      : `; its clock is ${formatDuration(Math.abs(cost.skew_ms))} ${cost.skew_ms > 0 ? 'ahead of' : 'behind'} ours`
  const slow =
    cost.took_p95_ms === null ? '' : `; 95 % of polls take at most ${formatDuration(cost.took_p95_ms)}`
  return `${counted(cost.polls_24h, 'poll', 'polls')}, ${formatNumber(cost.retries_24h)} retries, ${formatBytes(cost.bytes_24h)}${slow}${skew}`
}
