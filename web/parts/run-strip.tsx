import { createMemo, For } from 'solid-js'
import type { RunRow } from '../../server/api/schemas/runs.ts'
import { formatNumber } from '../lib/format.ts'
import { formatTime } from '../lib/time.ts'

const SHOWN = 30
const STEP = 7

/** The last runs of one check in one plant, oldest at the left: complete, with variances, incomplete, failed. */
export function RunStrip(props: { runs: RunRow[]; zone: string }) {
  const shown = createMemo(() => props.runs.slice(0, SHOWN).reverse())
  const words = () => {
    const count = (outcome: string) => shown().filter((run) => run.outcome === outcome).length
    return `Last ${shown().length} runs: ${count('ok')} complete, ${count('incomplete')} incomplete, ${count('failed')} failed`
  }
  return (
    <svg class="run-strip" width={SHOWN * STEP} height="16" role="img" aria-label={words()}>
      <For each={shown()}>
        {(run, at) => {
          const x = () => (SHOWN - shown().length + at()) * STEP
          return (
            <g>
              <title>
                {`${formatTime(run.started_at, props.zone)}: ${run.outcome}${run.reason ? `, ${run.reason}` : `, ${formatNumber(run.variances)} variances`}`}
              </title>
              {run.outcome === 'ok' ? (
                <>
                  <rect x={x()} y="1" width="5" height="14" fill="var(--ok-bar)" />
                  {run.variances > 0 && <rect x={x()} y="1" width="5" height="4" fill="var(--breach)" />}
                </>
              ) : run.outcome === 'incomplete' ? (
                <path
                  d={`M${x() + 0.5} 5.5h4v9h-4zM${x() + 0.5} 10l4-4M${x() + 0.5} 14l4-4`}
                  fill="none"
                  stroke="var(--unk)"
                />
              ) : (
                <path d={`m${x() + 0.5} 4.5 4 6m0-6-4 6`} stroke="var(--breach)" stroke-width="1.5" />
              )}
            </g>
          )
        }}
      </For>
    </svg>
  )
}
