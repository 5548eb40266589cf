import { createSignal, For, Show } from 'solid-js'
import type { Status } from '../../server/api/schemas/common.ts'
import type { SubjectList, SubjectRequestRow } from '../../server/api/schemas/subjects.ts'
import { postJson } from '../lib/api.ts'
import { formatNumber } from '../lib/format.ts'
import { ask } from '../lib/queries.ts'
import { isUnderWay } from '../lib/subject-words.ts'
import { ConfirmDialog, type Question } from './confirm-dialog.tsx'
import { Section } from './section.tsx'
import { Shape } from './shape.tsx'
import { Empty, Panel } from './states.tsx'
import { SubjectForm } from './subject-form.tsx'
import { SubjectRequest } from './subject-request.tsx'

/** Requests of people about what is kept of them: found, given out, deleted, and what shows it. */
export function AccessSubjects() {
  const answer = ask<SubjectList>(
    [],
    () => ({ path: '/api/subjects' }),
    () => ({ every: 5_000 }),
  )
  return (
    <Panel answer={answer} what="The requests" rows={4}>
      {(data) => <Requests requests={data().requests} onChange={() => void answer.refetch()} />}
    </Panel>
  )
}

function Requests(props: { requests: SubjectRequestRow[]; onChange: () => void }) {
  const [isAsking, setAsking] = createSignal(false)
  const [asked, setAsked] = createSignal<Question>()
  const open = () => props.requests.filter(isUnderWay).length
  const status = (): Status => (open() > 0 ? 'breach' : props.requests.length > 0 ? 'ok' : 'unknown')
  const act = (request: SubjectRequestRow, path: string, body?: object) => async () => {
    await postJson(`/api/subjects/${request.request}/${path}`, body)
    props.onChange()
  }
  const askDelete = (request: SubjectRequestRow) =>
    setAsked({
      title: 'Delete it everywhere',
      words: `${formatNumber(request.tables.reduce((sum, { rows }) => sum + rows, 0))} rows in ${formatNumber(request.tables.length)} tables are deleted or masked. It can not be taken back, and what a source still has may come again: delete it there first.`,
      button: 'Delete it',
      run: act(request, 'delete', { confirm: 'delete' }),
    })
  const askWithdraw = (request: SubjectRequestRow) =>
    setAsked({
      title: 'Withdraw the request',
      words: 'Nothing is deleted; what it looked for is forgotten, and it can not be exported any more.',
      button: 'Withdraw it',
      run: act(request, 'withdraw'),
    })
  return (
    <>
      <div class="sentence">
        <Shape status={status()} />
        <p class="text">
          <b>
            {open() > 0
              ? `${formatNumber(open())} ${open() === 1 ? 'deletion is' : 'deletions are'} not done yet.`
              : 'No deletion is under way.'}
          </b>
          <span class="rest">
            What is kept of a person or a business key is found in every table, given out as one file, and
            deleted or masked with a proof.
          </span>
        </p>
      </div>
      <Section
        title="Requests"
        sub="newest first"
        label="Requests"
        more={
          <Show when={!isAsking()}>
            <button type="button" class="btn small" onClick={() => setAsking(true)}>
              New request
            </button>
          </Show>
        }
      >
        <Show when={isAsking()}>
          <SubjectForm
            onAsked={() => {
              setAsking(false)
              props.onChange()
            }}
            onLeave={() => setAsking(false)}
          />
        </Show>
        <Show
          when={props.requests.length > 0}
          fallback={
            <Empty title="Nobody has asked yet">
              <p class="soft">
                A new request first shows what is found; nothing is deleted before you confirm it.
              </p>
            </Empty>
          }
        >
          <For each={props.requests}>
            {(request) => (
              <SubjectRequest
                request={request}
                onDelete={() => askDelete(request)}
                onWithdraw={() => askWithdraw(request)}
              />
            )}
          </For>
        </Show>
      </Section>
      <ConfirmDialog asked={asked()} onClose={() => setAsked(undefined)} />
    </>
  )
}
