import { Show } from 'solid-js'
import type { SubjectRequestRow } from '../../server/api/schemas/subjects.ts'
import { formatNumber } from '../lib/format.ts'
import { HOW_WORDS, NOT_FOUND, STATE_WORDS, SUBJECT_WORDS } from '../lib/subject-words.ts'
import { formatTime, viewerZone } from '../lib/time.ts'
import { ListTable } from './list-table.tsx'
import { Shape } from './shape.tsx'

type Line = { table: string; how: keyof typeof HOW_WORDS; says: string; before: number; after: number | null }

const count = (many: number, noun: string) => `${formatNumber(many)} ${noun}${many === 1 ? '' : 's'}`

/** One request: how far it is, what may be done, and table by table what was found and what is left. */
export function SubjectRequest(props: {
  request: SubjectRequestRow
  onDelete: () => void
  onWithdraw: () => void
}) {
  const isNowhere = () => props.request.state === 'asked' && props.request.tables.length === 0
  const state = () => (isNowhere() ? NOT_FOUND : STATE_WORDS[props.request.state])
  const at = (moment: string) => formatTime(moment, viewerZone(), { day: true })
  const lines = (): Line[] =>
    props.request.proof?.tables ??
    props.request.tables.map(({ rows, ...each }) => ({ ...each, before: rows, after: null }))
  const rows = () => lines().reduce((sum, { before }) => sum + before, 0)
  const path = (what: string) => `/api/subjects/${props.request.request}${what}`
  const isAsked = () => props.request.state === 'asked'
  return (
    <article class="subject" aria-label={`Request ${props.request.reference || props.request.request}`}>
      <div class="subject-head">
        <p>
          <span class={`nowrap t-${state().status}`}>
            <Shape status={state().status} /> {state().word}
          </span>{' '}
          <b>
            {SUBJECT_WORDS[props.request.kind].word}
            {props.request.plant && ` in ${props.request.plant}`}
          </b>{' '}
          <Show when={props.request.reference}>
            <code>{props.request.reference}</code>
          </Show>
        </p>
        <p class="soft">
          Asked {at(props.request.asked_at)} by {props.request.actor}: {props.request.reason}
          <Show when={props.request.confirmed_at}>
            {(moment) => `; deletion confirmed ${at(moment())} by ${props.request.confirmed_by}`}
          </Show>
          .
        </p>
        <Show when={props.request.holdup}>
          <p class="t-breach" role="status">
            Not done: {props.request.holdup}.
          </p>
        </Show>
        <p class="row-acts">
          <Show when={isAsked()}>
            <a
              class="btn small"
              href={path('/export')}
              download={`plumbline-subject-${props.request.request}.ndjson`}
            >
              Export
            </a>
            <button type="button" class="btn small" onClick={() => props.onDelete()}>
              Delete
            </button>
            <button type="button" class="btn small" onClick={() => props.onWithdraw()}>
              Withdraw
            </button>
          </Show>
          <Show when={props.request.proof}>
            <a class="btn small" href={path('')} download={`plumbline-proof-${props.request.request}.json`}>
              Proof
            </a>
          </Show>
        </p>
      </div>
      <Show when={isNowhere()}>
        <p class="soft">Nothing is kept of it.</p>
      </Show>
      <Show when={props.request.proof || (props.request.state !== 'withdrawn' && lines().length > 0)}>
        <details>
          <summary>
            {`${count(rows(), 'row')} in ${count(lines().length, 'table')}`}
            <Show when={props.request.proof}>
              {(proof) =>
                `, ${formatNumber(proof().rows_after)} left; ${count(proof().cases_closed, 'case')} closed; done ${at(proof().done_at)}`
              }
            </Show>
          </summary>
          <Show when={props.request.proof}>
            {(proof) => (
              <p class="soft subject-hash">
                SHA-256 of the proof, as in the audit trail: <code>{proof().sha256}</code>
              </p>
            )}
          </Show>
          <Show when={lines().length > 0}>
            <ListTable
              label="Tables, a table"
              head={['Table', { r: 'Found' }, { r: 'Left' }, isAsked() ? 'To be' : 'What is done', 'Why']}
              rows={lines()}
            >
              {(line) => (
                <tr>
                  <td>
                    <code>{line.table}</code>
                  </td>
                  <td class="r num">{formatNumber(line.before)}</td>
                  <td class="r num">{line.after === null ? '–' : formatNumber(line.after)}</td>
                  <td class="nowrap">{HOW_WORDS[line.how]}</td>
                  <td class="soft subject-why">{line.says}</td>
                </tr>
              )}
            </ListTable>
          </Show>
        </details>
      </Show>
    </article>
  )
}
