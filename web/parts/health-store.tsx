import { createSignal, Show } from 'solid-js'
import type { OwnHealth } from '../../server/api/schemas/own-health.ts'
import { formatAge, formatBytes, formatNumber } from '../lib/format.ts'
import { ListTable } from './list-table.tsx'
import { Section } from './section.tsx'
import { Shape } from './shape.tsx'

/** So many tables hold nearly everything. */
const FIRST = 12

/** What the engine holds, and what it works on beside what it is asked. */
export function HealthStore(props: { store: OwnHealth['store'] }) {
  const [isAll, setAll] = createSignal(false)
  const tables = () => (isAll() ? props.store.tables : props.store.tables.slice(0, FIRST))
  return (
    <>
      <Section
        title="Store"
        sub={`${formatNumber(props.store.tables.length)} tables with rows, in ${formatNumber(props.store.parts)} parts`}
      >
        <ListTable
          label="Tables of the store"
          head={[
            'Parts',
            'Table',
            { r: 'Rows' },
            { r: 'On disk' },
            { r: 'Bytes a row' },
            { r: 'Parts in all' },
            { r: 'In one partition' },
          ]}
          rows={tables()}
          empty={<p class="soft">Nothing is stored yet.</p>}
        >
          {(row) => (
            <tr>
              <td class={`nowrap t-${row.status}`}>
                <Shape status={row.status} /> {row.status === 'ok' ? 'Few' : 'Many'}
              </td>
              <td class="key">{row.table}</td>
              <td class="r strong">{formatNumber(row.rows)}</td>
              <td class="r">{formatBytes(row.bytes)}</td>
              <td class="r soft">{row.rows > 0 ? formatNumber(row.bytes / row.rows, { max: 1 }) : '–'}</td>
              <td class="r">{formatNumber(row.parts)}</td>
              <td class="r">{formatNumber(row.most_parts)}</td>
            </tr>
          )}
        </ListTable>
        <Show when={props.store.tables.length > FIRST}>
          <p class="more-rows">
            <button type="button" class="link" aria-expanded={isAll()} onClick={() => setAll(!isAll())}>
              {isAll() ? 'The largest only' : `All ${formatNumber(props.store.tables.length)} tables`}
            </button>
          </p>
        </Show>
      </Section>
      <Section
        title="The engine’s own work"
        sub="merges of parts, and changes of rows that wait to be written"
      >
        <ListTable
          label="Merges and changes under way"
          head={[
            'What',
            'Table',
            { r: 'Done' },
            { r: 'For' },
            { r: 'Parts' },
            { r: 'Bytes' },
            'Why it waits',
          ]}
          rows={props.store.work}
          empty={<p class="soft">Nothing is merged or changed at the moment.</p>}
        >
          {(row) => (
            <tr>
              <td class="nowrap">{row.what === 'merge' ? 'Merge' : 'Change of rows'}</td>
              <td class="key">{row.table}</td>
              <td class="r">{row.done === null ? '–' : `${formatNumber(row.done * 100, { max: 0 })} %`}</td>
              <td class="r">{formatAge(row.elapsed_s)}</td>
              <td class="r">{formatNumber(row.parts)}</td>
              <td class="r">{row.bytes > 0 ? formatBytes(row.bytes) : '–'}</td>
              <td classList={{ 't-breach': row.failing !== '' }}>{row.failing || '–'}</td>
            </tr>
          )}
        </ListTable>
      </Section>
    </>
  )
}
