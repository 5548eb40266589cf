import { For } from 'solid-js'
import type { UnexplainedCodes } from '../../server/api/schemas/codes.ts'
import { formatNumber } from '../lib/format.ts'
import { formatTime, viewerZone } from '../lib/time.ts'
import { ListTable } from './list-table.tsx'
import { Section } from './section.tsx'

/** Codes that systems write and nobody has explained: what they leave open, and the lines that would explain them. */
export function SourceCodes(props: { rows: UnexplainedCodes['rows'] }) {
  return (
    <Section
      title="Codes nobody has explained"
      sub="they stay as they are, and show as differences; the estate says what they stand for"
      label="Codes nobody has explained"
    >
      <ListTable
        label="Codes nobody has explained"
        head={[
          'System',
          'Column',
          'Code',
          { r: 'States' },
          'Plants',
          'Newest',
          'One of them',
          'May stand for',
        ]}
        rows={props.rows}
      >
        {(row) => (
          <tr>
            <td class="nowrap">{row.system_name}</td>
            <td class="nowrap soft">
              {row.entity}.{row.column}
            </td>
            <td class="mono strong">{row.code}</td>
            <td class="r">{formatNumber(row.states)}</td>
            <td>{row.plants.join(', ')}</td>
            <td class="nowrap soft">{formatTime(row.newest_at, viewerZone(), { day: true })}</td>
            <td class="key">{row.example}</td>
            <td class="soft nowrap">{row.meanings.join(', ')}</td>
          </tr>
        )}
      </ListTable>
      <details class="source-steps">
        <summary>The lines that explain them</summary>
        <pre class="mono">
          <For each={linesOf(props.rows)}>{(line) => `${line}\n`}</For>
        </pre>
      </details>
    </Section>
  )
}

/** As they stand in an estate, with what each code stands for left to fill in. */
function linesOf(rows: UnexplainedCodes['rows']): string[] {
  const groups = new Map<string, string[]>()
  for (const { system, column, code } of rows) {
    const head = `{ system: ${system}, column: ${column}, values: `
    groups.set(head, [...(groups.get(head) ?? []), `${JSON.stringify(code)}: …`])
  }
  return ['codes:', ...[...groups].map(([head, values]) => `  - ${head}{ ${values.join(', ')} } }`)]
}
