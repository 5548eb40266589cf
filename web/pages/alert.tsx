import { A, useParams } from '@solidjs/router'
import { createSignal, For, Show } from 'solid-js'
import type { AlertDetail } from '../../server/api/schemas/alerts.ts'
import { takeAlert } from '../lib/alert-acknowledge.ts'
import { ALERT_STATUSES, conditionWords, quietWords } from '../lib/alerts.ts'
import { now } from '../lib/clock.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatAge, formatMoney, formatNumber, keepNumbers } from '../lib/format.ts'
import { useKeys } from '../lib/keys.ts'
import { may } from '../lib/may.ts'
import { ask, dataOf } from '../lib/queries.ts'
import { ageSeconds, formatTime } from '../lib/time.ts'
import { useTitle } from '../lib/title.ts'
import { AlertAcknowledge, AlertAcknowledgeDialog } from '../parts/alert-acknowledge.tsx'
import { AlertMark } from '../parts/alert-marks.tsx'
import { AlertSilence } from '../parts/alert-silence.tsx'
import { Fact } from '../parts/fact.tsx'
import { Section } from '../parts/section.tsx'
import { Panel } from '../parts/states.tsx'

/** One alert, where its link leads: what it is, how much is at stake, take it on, and all that happened to it. */
export default function AlertPage() {
  const params = useParams<{ fingerprint: string }>()
  const answer = ask<AlertDetail>(
    ['alerts'],
    () => ({ path: `/api/alerts/${params.fingerprint}` }),
    () => ({ keep: false, every: 30_000 }),
  )
  useTitle(() => dataOf(answer)?.alert.title ?? 'Alert')
  useKeys([
    {
      key: 'a',
      label: 'Acknowledge',
      needs: 'respond',
      run: () => {
        const alert = dataOf(answer)?.alert
        if (alert) void takeAlert(alert)
      },
    },
  ])
  return (
    <>
      <div class="bar crumbs">
        <p>
          <A href="/alerts">Alerts</A>
          {' / '}
          <b>{conditionWords(dataOf(answer)?.alert.condition ?? '')}</b>
        </p>
      </div>
      <main id="main" tabindex="-1" class="alert-page">
        <Panel answer={answer} what="The alert" rows={10}>
          {(data) => <Body detail={data()} />}
        </Panel>
      </main>
      <AlertAcknowledgeDialog />
    </>
  )
}

function Body(props: { detail: AlertDetail }) {
  const estate = useEstate()
  const alert = () => props.detail.alert
  const [isSilencing, setIsSilencing] = createSignal(false)
  const time = (iso: string) => formatTime(iso, props.detail.time_zone, { seconds: true })
  const place = () =>
    ['condition', 'plant', 'flow', 'source', 'check'].flatMap((label) =>
      props.detail.labels[label] ? [[label, props.detail.labels[label]]] : [],
    )
  return (
    <>
      <p class="alert-top">
        <AlertMark alert={alert()} />
        <Show when={alert().acknowledged_by}>
          <span class="soft">by {alert().acknowledged_by}</span>
        </Show>
      </p>
      <div class="sentence">
        <h1 class="text">
          <b>{alert().title}</b>
          <span class="rest">{keepNumbers(alert().summary)}</span>
        </h1>
      </div>
      <p class="alert-acts">
        <AlertAcknowledge alert={alert()} main />
        <A class="btn" href={alert().path}>
          Look at it
        </A>
        <Show when={may('respond') && alert().status !== 'resolved'}>
          <button
            type="button"
            class="btn"
            aria-expanded={isSilencing()}
            onClick={() => setIsSilencing(!isSilencing())}
          >
            Silence
          </button>
        </Show>
        <Show when={alert().runbook}>
          <a class="btn" href={alert().runbook} rel="noreferrer">
            Runbook
          </a>
        </Show>
      </p>
      <Show when={isSilencing()}>
        <AlertSilence labels={Object.fromEntries(place())} onDone={() => setIsSilencing(false)} />
      </Show>
      <div class="block alert-block">
        <Fact
          label={alert().ends_at ? 'Lasted' : 'For'}
          value={formatAge(
            ageSeconds(alert().starts_at, alert().ends_at ? Date.parse(alert().ends_at ?? '') : now()),
          )}
        />
        <Fact label="Since" value={time(alert().starts_at)} />
        <Show when={alert().ends_at}>{(ended) => <Fact label="Over since" value={time(ended())} />}</Show>
        <Fact
          label="At risk"
          value={alert().amount === null ? '–' : formatMoney(alert().amount ?? '0', props.detail.currency)}
        />
        <Fact label="Orders" value={alert().orders === null ? '–' : formatNumber(alert().orders ?? 0)} />
        <Fact label="Value, at a limit of" value={`${alert().value}, ${alert().limit}`} />
        <Fact label="Plant" value={alert().plant ? estate.plantName(alert().plant) : '–'} />
        <Fact label="Team" value={alert().team_name || '–'} />
      </div>
      <Show when={alert().quiet}>
        {(quiet) => (
          <p class="held hatch">
            <span>{quietWords(quiet())}. Nobody is told that it began; that it is over is told still.</span>
          </p>
        )}
      </Show>
      <div class="cols alert-cols">
        <Section title="What happened" sub="newest first" label="What happened">
          <ol class="alert-steps">
            <For each={props.detail.steps}>
              {(step) => (
                <li>
                  <span class="nowrap muted">{time(step.at)}</span>
                  <span>
                    <b>{ALERT_STATUSES[step.act]}</b> {step.actor === 'plumbline' ? '' : `by ${step.actor} `}
                    <span class="soft">
                      {step.reason || (step.act === 'firing' ? `${step.value}, limit ${step.limit}` : '')}
                    </span>
                  </span>
                </li>
              )}
            </For>
          </ol>
        </Section>
        <Section title="Who was told" sub="newest first" label="Who was told">
          <Show when={props.detail.notified.length > 0} fallback={<p class="soft pad">Nobody, yet.</p>}>
            <ol class="alert-steps">
              <For each={props.detail.notified}>
                {(each) => (
                  <li>
                    <span class="nowrap muted">{time(each.at)}</span>
                    <span>
                      <b>{each.receiver}</b>{' '}
                      <span class="soft">{ALERT_STATUSES[each.status].toLowerCase()}</span>
                    </span>
                  </li>
                )}
              </For>
            </ol>
          </Show>
        </Section>
      </div>
    </>
  )
}
