import { A, useNavigate } from '@solidjs/router'
import { createSignal, Show } from 'solid-js'
import type { RunDetail } from '../../server/api/schemas/runs.ts'
import { postJson, RequestError } from '../lib/api.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatNumber } from '../lib/format.ts'
import { may } from '../lib/may.ts'
import { announceChange } from '../lib/stream.ts'
import { formatTime } from '../lib/time.ts'
import { ListTable } from './list-table.tsx'
import { Section } from './section.tsx'
import { Shape } from './shape.tsx'

/** What a run stands on: the chain it is a link of, and what came of judging its cut again. */
export function RunProof(props: { detail: RunDetail }) {
  const estate = useEstate()
  const run = () => props.detail.run
  const proof = () => props.detail.proof
  return (
    <Section
      title="Proof"
      sub="over all the run says of itself, and the proof of the run before it"
      more={
        <Show when={may('respond') && run().outcome === 'ok' && run().kind !== 'as_of'}>
          {<Rerun run={run().run} />}
        </Show>
      }
    >
      <dl class="check-facts">
        <div>
          <dt class="label">Chain</dt>
          <dd>
            <Shape status={proof().holds ? 'ok' : 'breach'} />{' '}
            {proof().holds ? 'holds' : 'broken: the run was changed, or one before it is missing'}
          </dd>
        </div>
        <div>
          <dt class="label">Proof</dt>
          <dd class="mono cut" title={proof().proof}>
            {short(proof().proof)}
          </dd>
        </div>
        <div>
          <dt class="label">Proof before</dt>
          <dd class="mono cut" title={proof().before}>
            {short(proof().before)}
          </dd>
        </div>
        <div>
          <dt class="label">Hash of what it found</dt>
          <dd class="mono cut" title={proof().result_hash}>
            {short(proof().result_hash)}
          </dd>
        </div>
        <Show when={props.detail.original}>
          {(original) => (
            <div>
              <dt class="label">Judges again</dt>
              <dd>
                <A href={`/runs/${original().run}`}>run {original().run}</A>:{' '}
                <Agrees agrees={original().agrees} />
                {original().rule === run().rule ? '' : ', by another rule'}
              </dd>
            </div>
          )}
        </Show>
      </dl>
      <Show when={props.detail.reruns.length > 0}>
        <ListTable
          label="Judged again"
          head={['Judged again', 'Run', 'Rule version', { r: 'Out' }, 'Found']}
          rows={props.detail.reruns}
        >
          {(again) => (
            <tr>
              <td class="nowrap">
                {formatTime(again.started_at, estate.zoneOf(run().plant), { seconds: true })}
              </td>
              <td>
                <A href={`/runs/${again.run}`}>{again.run}</A>
              </td>
              <td class="mono">{again.rule === run().rule ? 'the same' : again.rule}</td>
              <td class="r">{formatNumber(again.variances)}</td>
              <td>
                <Agrees agrees={again.agrees} />
              </td>
            </tr>
          )}
        </ListTable>
      </Show>
    </Section>
  )
}

const short = (hash: string) => (hash ? `${hash.slice(0, 16)}…` : 'none')

function Agrees(props: { agrees: boolean }) {
  return (
    <>
      <Shape status={props.agrees ? 'ok' : 'breach'} />{' '}
      {props.agrees ? 'the same, to the last digit' : 'something else'}
    </>
  )
}

function Rerun(props: { run: string }) {
  const navigate = useNavigate()
  const [busy, setBusy] = createSignal(false)
  const [said, setSaid] = createSignal('')
  const rerun = async (rule: 'then' | 'now') => {
    setBusy(true)
    setSaid('Judging every key of its cut again')
    try {
      const { run } = await postJson<RunDetail>(`/api/runs/${props.run}/rerun`, { rule })
      announceChange(['runs'])
      navigate(`/runs/${run.run}`)
    } catch (error) {
      setSaid(error instanceof RequestError ? `Not run: ${error.message}` : 'Not run')
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <span class="muted" role="status">
        {said()}
      </span>
      <button type="button" class="btn small" disabled={busy()} onClick={() => void rerun('then')}>
        Judge again by its rule
      </button>
      <button type="button" class="btn small" disabled={busy()} onClick={() => void rerun('now')}>
        By the rule of now
      </button>
    </>
  )
}
