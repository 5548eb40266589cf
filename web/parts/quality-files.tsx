import { A } from '@solidjs/router'
import { Show } from 'solid-js'
import type { Quality } from '../../server/api/schemas/quality.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatNumber } from '../lib/format.ts'
import { formatRate } from '../lib/quality.ts'
import { ListTable } from './list-table.tsx'
import { Shape, statusWord } from './shape.tsx'

type FileRates = Quality['files'][number]

/** The rates of what files bring, by source and plant; where one cannot be known, why. */
export function QualityFiles(props: { files: FileRates[] }) {
  const estate = useEstate()
  return (
    <ListTable
      label="Rates of files"
      head={[
        'Source',
        'Plant',
        { r: 'Files read' },
        { r: 'Rows' },
        'Conformity',
        { r: 'Refused' },
        'Timeliness',
        'Duplication',
        'Completeness',
      ]}
      rows={props.files}
    >
      {(row) => (
        <tr>
          <td class="strong nowrap">
            {row.source} <span class="soft">{row.system}</span>
          </td>
          <td class="nowrap">{row.plant === '' ? 'No known plant' : estate.plantName(row.plant)}</td>
          <td class="r nowrap">
            {formatNumber(row.files)}
            <Show when={row.unreadable > 0}>
              <A class="t-breach" href={`/sources?source=${row.source}`}>
                {' '}
                + {formatNumber(row.unreadable)} unreadable
              </A>
            </Show>
          </td>
          <td class="r">{formatNumber(row.rows)}</td>
          <Rate row={row} measure="conformity" />
          <td class="r">
            <Show when={row.refused > 0} fallback="0">
              <A href={`/sources?kind=row&source=${row.source}${row.plant ? `&site=${row.plant}` : ''}`}>
                {formatNumber(row.refused)}
              </A>
            </Show>
          </td>
          <Rate row={row} measure="timeliness" />
          <Rate row={row} measure="duplication" />
          <Rate row={row} measure="completeness" />
        </tr>
      )}
    </ListTable>
  )
}

function Rate(props: { row: FileRates; measure: FileRates['cells'][number]['measure'] }) {
  const cell = () => props.row.cells.find((one) => one.measure === props.measure)
  return (
    <td class="nowrap">
      <Show
        when={cell()?.rate !== null && cell()}
        fallback={<span class="soft">not known: {cell()?.unknown}</span>}
      >
        {(one) => (
          <span class={`t-${one().status}`}>
            <Shape status={one().status} /> {formatRate(one().rate ?? 0)} {statusWord(one().status, true)}
          </span>
        )}
      </Show>
    </td>
  )
}
