import type { SourceList } from '../../server/api/schemas/sources.ts'
import { formatBytes, formatNumber } from '../lib/format.ts'
import { formatTime, viewerZone } from '../lib/time.ts'
import { ListTable } from './list-table.tsx'
import { Section } from './section.tsx'
import { Shape } from './shape.tsx'

/** The last reading of each file. */
export function SourceFiles(props: { rows: SourceList['files'] }) {
  return (
    <Section title="Files read" sub="newest first">
      <ListTable
        label="Files"
        head={[
          'Outcome',
          'File',
          'Source',
          'Read',
          'Modified',
          { r: 'Size' },
          { r: 'Rows' },
          { r: 'Refused' },
          'Reason',
        ]}
        rows={props.rows}
      >
        {(file) => (
          <tr>
            <td class={`nowrap t-${file.outcome === 'ok' ? 'ok' : 'breach'}`}>
              <Shape status={file.outcome === 'ok' ? 'ok' : 'breach'} />{' '}
              {file.outcome === 'ok' ? 'Read' : 'Failed'}
            </td>
            <td class="key">{file.path}</td>
            <td class="nowrap soft">{file.source}</td>
            <td class="nowrap">{formatTime(file.read_at, viewerZone())}</td>
            <td class="nowrap soft">{formatTime(file.modified_at, viewerZone())}</td>
            <td class="r">{formatBytes(file.bytes)}</td>
            <td class="r">{formatNumber(file.rows)}</td>
            <td class={`r ${file.rejected > 0 ? 'strong t-breach' : 'soft'}`}>
              {formatNumber(file.rejected)}
            </td>
            <td class="cut soft" title={file.reason}>
              {file.reason}
            </td>
          </tr>
        )}
      </ListTable>
    </Section>
  )
}
