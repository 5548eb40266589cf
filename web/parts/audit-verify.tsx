import { createSignal, For, Show } from 'solid-js'
import type { AuditProof } from '../../server/api/schemas/access.ts'
import { getJson } from '../lib/api.ts'
import { formatNumber } from '../lib/format.ts'
import { formatTime, viewerZone } from '../lib/time.ts'
import { problemWords } from './confirm-dialog.tsx'
import { Shape } from './shape.tsx'

/** Whether the trail is whole, once somebody asks; and the whole of it to take along. */
export function AuditVerify() {
  const [proof, setProof] = createSignal<AuditProof>()
  const [problem, setProblem] = createSignal('')
  const [isBusy, setBusy] = createSignal(false)
  const verify = async () => {
    setBusy(true)
    setProblem('')
    try {
      setProof(await getJson<AuditProof>('/api/audit/verify'))
    } catch (error) {
      setProblem(`Not verified: ${problemWords(error)}`)
    } finally {
      setBusy(false)
    }
  }
  const at = (moment: string) => formatTime(moment, viewerZone(), { seconds: true })
  return (
    <>
      <div class="sentence">
        <Shape status={problem() || !proof() ? 'unknown' : proof()?.faults.length === 0 ? 'ok' : 'breach'} />
        <p class="text" role="status">
          <Show
            when={proof()}
            fallback={
              <>
                <b>Each entry holds the hash of the one before it.</b>
                <span class="rest">
                  {problem() || 'Verified, it shows whether one was changed, taken out or put in.'}
                </span>
              </>
            }
          >
            {(found) => (
              <>
                <b>
                  {found().faults.length === 0
                    ? 'The trail is whole.'
                    : `The trail was tampered with in ${formatNumber(found().faults.length)} ${found().faults.length === 1 ? 'place' : 'places'}.`}
                </b>
                <span class="rest">
                  {problem() ||
                    `${formatNumber(found().entries)} entries in ${formatNumber(found().chains)} ${found().chains === 1 ? 'chain' : 'chains'}, one for each start, verified ${at(found().verified_at)}.`}
                </span>
              </>
            )}
          </Show>
        </p>
        <span class="aside audit-acts">
          <button type="button" class="btn" disabled={isBusy()} onClick={() => void verify()}>
            {isBusy() ? 'Verifying' : 'Verify all of it'}
          </button>
          <a class="btn" href="/api/audit/export" download="plumbline-audit.ndjson">
            Export
          </a>
        </span>
      </div>
      <Show when={proof()?.faults.length}>
        <ul class="behind audit-faults">
          <For each={proof()?.faults}>
            {(fault) => (
              <li>
                <span class="t-breach">{fault.message}</span>{' '}
                <span class="soft">
                  {formatTime(fault.at, viewerZone(), { day: true, seconds: true })}, entry{' '}
                  {formatNumber(Number(fault.seq))} of chain <code>{fault.chain}</code>
                </span>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </>
  )
}
