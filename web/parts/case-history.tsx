import { A } from '@solidjs/router'
import { For, Show } from 'solid-js'
import type { ExceptionDetail } from '../../server/api/schemas/exceptions.ts'
import { beginAct } from '../lib/act.ts'
import { formatTime, zoneName } from '../lib/time.ts'
import { usePeople } from './queue-act-fields.tsx'
import { Mentions } from './queue-mention.tsx'
import { Section } from './section.tsx'

const WORDS: Record<string, string> = {
  opened: 'opened it',
  changed: 'found other values',
  closed: 'closed it',
  agreed: 'looked at it',
  reopened: 'opened it again: the difference is back',
  acknowledge: 'acknowledged it',
  start: 'started work',
  assign: 'assigned it',
  move: 'gave it',
  comment: 'said',
  snooze: 'put it off',
  wake: 'woke it',
  pause: 'stopped its clocks',
  resume: 'let its clocks run',
  link: 'said its cause is',
  ask_accept: 'asked to accept it',
  accept: 'accepted it',
  decline: 'declined to accept it',
  resolve: 'resolved it',
  reopen: 'reopened it',
}

/** What runs and people did to the case, in words, the latest first. */
export function CaseHistory(props: { detail: ExceptionDetail }) {
  const people = usePeople()
  const zone = () => props.detail.time_zone
  /** a moment inside a sentence is read in the plant's time like any other */
  const say = (detail: string) =>
    detail.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (moment) => formatTime(moment, zone()))
  return (
    <Section
      title="History"
      sub={`append-only, ${zoneName(zone(), new Date())}`}
      more={
        <button
          type="button"
          class="link"
          onClick={() => beginAct('comment', { kind: 'one', row: props.detail.exception })}
        >
          Comment <kbd>C</kbd>
        </button>
      }
    >
      <table class="table steps">
        <tbody>
          <For each={[...props.detail.steps].reverse()}>
            {(step) => (
              <tr>
                <td class="soft nowrap">{formatTime(step.at, zone(), { zone: false, seconds: true })}</td>
                <td class="strong nowrap">{step.actor}</td>
                <td class="said">
                  {WORDS[step.act] ?? step.act} <Mentions text={say(step.detail)} people={people()} />
                  <Show when={step.run}>
                    {' '}
                    <A href={`/runs/${step.run}`}>run</A>
                  </Show>
                </td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </Section>
  )
}
