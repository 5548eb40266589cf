import { For } from 'solid-js'
import type { SourceList } from '../../server/api/schemas/sources.ts'
import { formatBytes, formatNumber } from '../lib/format.ts'
import { formatTime, viewerZone } from '../lib/time.ts'
import { Section } from './section.tsx'
import { Shape } from './shape.tsx'

/** The last reading of each file. */
export function SourceFiles(props: { rows: SourceList['files'] }) {
  return (
    <Section title="Files read" sub="newest first">
      <section class="scroll-x" tabindex="0" aria-label="Files">
        <table class="table">
          <thead>
            <tr>
              <th>Outcome</th>
              <th>File</th>
              <th>Source</th>
              <th>Read</th>
              <th>Modified</th>
              <th class="r">Size</th>
              <th class="r">Rows</th>
              <th class="r">Refused</th>
              <th>Reason</th>
            </tr>
          </thead>
          <tbody>
            <For each={props.rows}>
              {(file) => (
                <tr>
                  <td class={`nowrap t-${file.outcome === 'ok' ? 'ok' : 'breach'}`}>
                    <Shape status={file.outcome === 'ok' ? 'ok' : 'breach'} />{' '}
                    {file.outcome === 'ok' ? 'Read' : 'Failed'}
                  </td>
                  <td class="key">{file.path}</td>
                  <td class="nowrap soft">{file.source}</td>
                  <td class="nowrap">{formatTime(file.read_at, viewerZone)}</td>
                  <td class="nowrap soft">{formatTime(file.modified_at, viewerZone)}</td>
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
            </For>
          </tbody>
        </table>
      </section>
    </Section>
  )
}
