import { A } from '@solidjs/router'
import { For, Show } from 'solid-js'
import type { ExceptionDetail } from '../../server/api/schemas/exceptions.ts'
import { beginAct } from '../lib/act.ts'
import { may } from '../lib/may.ts'
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
  confirm_cause: 'confirmed the cause',
  reject_cause: 'rejected the cause',
}

const CHANGED: Record<Change['what'], { name: string; none: string }> = {
  status: { name: 'status', none: 'none' },
  assignee: { name: 'assignee', none: 'nobody' },
  team: { name: 'team', none: 'none' },
  severity: { name: 'severity', none: 'none' },
  cause: { name: 'cause', none: 'none said' },
  verdict: { name: 'verdict', none: 'none' },
  sleeps_until: { name: 'asleep', none: 'not at all' },
  request: { name: 'asked to accept it', none: 'nobody' },
  acceptance: { name: 'accepted by', none: 'nobody' },
  value: { name: 'value at risk', none: 'none' },
}
const SEVERITIES = ['low', 'medium', 'high', 'critical']

/** One change in words: from what to what. */
function writeChange({ what, from, to }: Change, act: string): string {
  if (what === 'acceptance' && to === '')
    return `acceptance by ${from} ${act === 'reopen' ? 'ended' : 'lapsed'}`
  if (what === 'request' && to === '' && act !== 'accept')
    return `request of ${from} ${act === 'decline' ? 'declined' : 'lapsed'}`
  const { name, none } = CHANGED[what]
  const turned =
    what === 'severity' ? (SEVERITIES.indexOf(to) > SEVERITIES.indexOf(from) ? ' raised' : ' lowered') : ''
  return `${name}${turned} from ${from || none} to ${to || none}`
}

type Step = ExceptionDetail['steps'][number]
type Change = Step['changes'][number]

const changesOf = (step: Step): string[] =>
  step.changes
    // whoever accepts answers who asked: that is said by the acceptance
    .filter((change) => !(step.act === 'accept' && change.what === 'request'))
    .map((change) => writeChange(change, step.act))

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
        <Show when={may('work')}>
          <button
            type="button"
            class="link"
            onClick={() => beginAct('comment', { kind: 'one', row: props.detail.exception })}
          >
            Comment <kbd>C</kbd>
          </button>
        </Show>
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
                  <Show when={changesOf(step).length > 0}>
                    <span class="changed">{say(changesOf(step).join('; '))}</span>
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
