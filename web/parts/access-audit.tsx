import { onCleanup, Show } from 'solid-js'
import type { AuditList } from '../../server/api/schemas/access.ts'
import { AUDIT_PAGE, actWords, OUTCOME_WORDS, useAuditChoice } from '../lib/audit.ts'
import { formatNumber } from '../lib/format.ts'
import { ask, dataOf } from '../lib/queries.ts'
import { viewerZone } from '../lib/time.ts'
import { AuditTable } from './audit-table.tsx'
import { AuditVerify } from './audit-verify.tsx'
import { CellSelect } from './cell-select.tsx'
import { Pager } from './pager.tsx'
import { RangeCell } from './range-cell.tsx'
import { Section } from './section.tsx'
import { Panel } from './states.tsx'

/** Who did what, or was refused: filtered, verified, and taken along. */
export function AccessAudit() {
  const choice = useAuditChoice()
  const answer = ask<AuditList>(
    [],
    () => ({ path: '/api/audit', query: choice.query() }),
    () => ({ every: 60_000 }),
  )
  const acts = () => {
    const found = dataOf(answer)?.acts ?? []
    const choices = found.map(({ act, entries }) => ({
      value: act,
      label: actWords(act),
      note: formatNumber(entries),
    }))
    const chosen = choice.text('act')
    // a choice that leaves nothing must still be shown, or nobody could take it back
    const isThere = chosen === '' || choices.some(({ value }) => value === chosen)
    return [
      { value: '', label: 'All' },
      ...choices,
      ...(isThere ? [] : [{ value: chosen, label: actWords(chosen), note: '0' }]),
    ]
  }
  return (
    <>
      <AuditVerify />
      <div class="bar wrap filters inner">
        <RangeCell zone={viewerZone()} from={dataOf(answer)?.from} />
        <CellSelect
          label="What"
          choices={acts()}
          value={choice.text('act')}
          onChange={(act) => choice.set({ act: act || null })}
        />
        <CellSelect
          label="Outcome"
          choices={[
            { value: '', label: 'All' },
            ...Object.entries(OUTCOME_WORDS).map(([value, { word }]) => ({ value, label: word })),
          ]}
          value={choice.text('outcome')}
          onChange={(outcome) => choice.set({ outcome: outcome || null })}
        />
        <TextCell name="actor" label="Who" hint="their whole name" />
        <TextCell name="q" label="Object or details" hint="contains …" />
        <Show when={choice.isNarrow()}>
          <button
            type="button"
            class="cell link"
            onClick={() => choice.set({ actor: null, act: null, outcome: null, q: null })}
          >
            Show all
          </button>
        </Show>
      </div>
      <Panel answer={answer} what="The audit trail" rows={10}>
        {(data) => (
          <Section
            title="Entries"
            label="Entries"
            sub={
              data().refused > 0
                ? `newest first; ${formatNumber(data().refused)} of ${formatNumber(data().total)} refused`
                : 'newest first; none was refused'
            }
            more={<span class="muted">{formatNumber(data().total)} in all</span>}
          >
            <AuditTable rows={data().rows} onActor={(actor) => choice.set({ actor })} />
            <Pager
              offset={choice.offset()}
              shown={data().rows.length}
              page={AUDIT_PAGE}
              total={data().total}
              onMove={(offset) => choice.set({ offset: offset || null })}
            />
          </Section>
        )}
      </Panel>
    </>
  )
}

/** A cell to write in; what is written counts once somebody pauses. */
function TextCell(props: { name: 'actor' | 'q'; label: string; hint: string }) {
  const choice = useAuditChoice()
  let timer: ReturnType<typeof setTimeout> | undefined
  onCleanup(() => clearTimeout(timer))
  return (
    <label class="cell">
      <span class="label">{props.label}</span>
      <input
        class="field cell-text"
        type="search"
        placeholder={props.hint}
        value={choice.text(props.name)}
        onInput={(event) => {
          const text = event.currentTarget.value.trim()
          clearTimeout(timer)
          timer = setTimeout(() => choice.set({ [props.name]: text || null }), 300)
        }}
      />
    </label>
  )
}
