import { createSignal, For, Show } from 'solid-js'
import type { SilenceList, SilenceRow } from '../../server/api/schemas/alerts.ts'
import { actor } from '../lib/actor.ts'
import { postJson, RequestError } from '../lib/api.ts'
import { formatNumber } from '../lib/format.ts'
import { may } from '../lib/may.ts'
import { ask } from '../lib/queries.ts'
import { announceChange } from '../lib/stream.ts'
import { formatTime, viewerZone } from '../lib/time.ts'
import { AlertSilence } from './alert-silence.tsx'
import { Section } from './section.tsx'
import { Shape } from './shape.tsx'
import { Panel } from './states.tsx'

const STATES: Record<SilenceRow['state'], { word: string; shape: 'watch' | 'unknown' | 'ok' }> = {
  active: { word: 'Lasts', shape: 'watch' },
  pending: { word: 'To come', shape: 'unknown' },
  ended: { word: 'Ended', shape: 'ok' },
}

/** Silences and planned maintenance, with their expiry, and the way to make one. */
export function AlertSilences() {
  const answer = ask<SilenceList>(
    ['alerts'],
    () => ({ path: '/api/silences' }),
    () => ({ every: 60_000 }),
  )
  const [said, setSaid] = createSignal('')
  const end = async (id: string) => {
    setSaid('')
    if (actor().trim() === '') {
      setSaid('Give your name above first: it stands beside what you do.')
      return
    }
    try {
      await postJson(`/api/silences/${id}/end`)
    } catch (error) {
      setSaid(`Not ended: ${error instanceof RequestError ? error.message : String(error)}`)
    }
    announceChange(['alerts'])
  }
  const time = (iso: string) => formatTime(iso, viewerZone(), { day: true })
  return (
    <Section
      title="Silences and maintenance"
      sub="nobody is told that something began; that it is over is told still"
      label="Silences and maintenance"
    >
      <Show when={may('respond')}>
        <AlertSilence />
      </Show>
      <Show when={said()}>
        <p class="t-breach" role="alert">
          {said()}
        </p>
      </Show>
      <Panel answer={answer} what="The silences" rows={3}>
        {(data) => (
          <Show
            when={data().rows.length > 0}
            fallback={<p class="soft pad">Nothing is silenced, and no maintenance is planned.</p>}
          >
            <ul class="alerts" aria-label="Silences">
              <For each={data().rows}>
                {(row) => (
                  <li class="alert-row">
                    <span class="alert-mark">
                      <Shape status={STATES[row.state].shape} /> {STATES[row.state].word}
                    </span>
                    <div class="alert-what">
                      <span class="strong">{row.matches}</span>
                      <span class="alert-facts soft">
                        <span>
                          {time(row.from)} to {time(row.ended_at ?? row.to)}
                        </span>
                        <span>
                          {row.kind === 'maintenance' ? 'planned in the estate' : `by ${row.actor}`}
                        </span>
                        <span>{row.reason}</span>
                      </span>
                    </div>
                    <span class="alert-amount num soft">
                      {row.state === 'active' ? `${formatNumber(row.alerts)} kept quiet` : ''}
                    </span>
                    <span class="alert-do">
                      <Show when={may('respond') && row.kind === 'silence' && row.state !== 'ended'}>
                        <button
                          type="button"
                          class="btn small"
                          aria-label={`End the silence of ${row.matches}`}
                          onClick={() => void end(row.id)}
                        >
                          End now
                        </button>
                      </Show>
                    </span>
                  </li>
                )}
              </For>
            </ul>
          </Show>
        )}
      </Panel>
    </Section>
  )
}
