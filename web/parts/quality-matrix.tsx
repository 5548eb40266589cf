import { A } from '@solidjs/router'
import { For, Show } from 'solid-js'
import type { Measure, Quality, QualityCell } from '../../server/api/schemas/quality.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatNumber } from '../lib/format.ts'
import { formatRate, useQualityChoice } from '../lib/quality.ts'
import { useScope } from '../lib/scope.ts'
import { Shape, statusWord } from './shape.tsx'

type Row = Quality['rows'][number]
/** An empty place in the address means all; the place that has no name is a dash. */
const nameIn = (text: string) => text || '-'
/** The column of messages that name no plant of the estate. */
const nowhere = { plant: '', name: 'No known plant' }

/** One rate at every flow and stage, plant by plant: value, shape and how many are behind it. */
export function QualityMatrix(props: { rows: Row[]; measure: Measure }) {
  const estate = useEstate()
  const scope = useScope()
  const choice = useQualityChoice()
  const plants = () => [
    ...(estate.view()?.plants ?? []).filter((one) => !scope.plant() || one.plant === scope.plant()),
    ...(rows().some((row) => row.cells.some((cell) => cell.plant === '')) ? [nowhere] : []),
  ]
  const rows = () =>
    props.rows.filter((row) => row.cells.some((cell) => cell.measure === props.measure.measure))
  const place = (row: Row, site?: string) =>
    row.kind === 'check'
      ? { check: row.check, ...(site ? { site } : {}) }
      : { path: nameIn(row.flow), stage: nameIn(row.stage), ...(site ? { site } : {}) }
  return (
    <Show
      when={rows().length > 0}
      fallback={
        <p class="soft pad">
          {props.measure.label} has nothing to count here: {props.measure.detail}.
        </p>
      }
    >
      <section class="scroll-x" tabindex="0" aria-label={`${props.measure.label} by place and plant`}>
        <table class="matrix quality-matrix">
          <thead>
            <tr>
              <th class="plant corner" scope="col">
                {props.measure.measure === 'reconciliation' ? 'Stage or check' : 'Stage that receives'}
              </th>
              <For each={plants()}>
                {(plant) => (
                  <th class="colhead" scope="col">
                    <b>{plant.name}</b>
                    <span>{plant.plant}</span>
                  </th>
                )}
              </For>
            </tr>
          </thead>
          <tbody>
            <For each={rows()}>
              {(row) => (
                <tr>
                  <th class="plant" scope="row">
                    <A class="plain" href={choice.hrefOf(place(row))}>
                      <b>{row.name}</b>
                      <span>{row.kind === 'check' ? `Check, ${row.flow_name}` : row.flow_name}</span>
                    </A>
                  </th>
                  <For each={plants()}>
                    {(plant) => (
                      <td>
                        <Show
                          when={row.cells.find(
                            (cell) => cell.plant === plant.plant && cell.measure === props.measure.measure,
                          )}
                          fallback={
                            <span class="mx mx-none" title={`${row.name}, ${plant.name}: nothing to count`}>
                              –
                            </span>
                          }
                        >
                          {(cell) => (
                            <Cell
                              cell={cell()}
                              where={`${row.name}, ${plant.name}`}
                              href={choice.hrefOf(place(row, nameIn(plant.plant)))}
                              measure={props.measure}
                            />
                          )}
                        </Show>
                      </td>
                    )}
                  </For>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </section>
    </Show>
  )
}

function Cell(props: { cell: QualityCell; where: string; href: string; measure: Measure }) {
  const behind = () => `${formatNumber(props.cell.wrong)} of ${formatNumber(props.cell.of)}`
  const words = () =>
    `${props.where}: ${formatRate(props.cell.rate ?? 0)}, ${statusWord(props.cell.status, true)}, ${behind()} behind it`
  return (
    <A class={`mx mx-${props.cell.status}`} href={props.href} aria-label={words()} title={words()}>
      <span class="v">
        <Shape status={props.cell.status} />
        <span>{formatRate(props.cell.rate ?? 0)}</span>
      </span>
      <span class="d">
        <span>{behind()}</span>
      </span>
    </A>
  )
}

/** The same rate by partner, the busiest first. */
export function QualityPartners(props: { partners: Quality['partners']; measure: Measure }) {
  const choice = useQualityChoice()
  const rows = () =>
    props.partners.flatMap(({ partner, cells }) => {
      const cell = cells.find((one) => one.measure === props.measure.measure)
      return cell ? [{ partner, cell }] : []
    })
  return (
    <Show
      when={rows().some((row) => row.partner !== '')}
      fallback={
        <p class="soft pad">
          {props.measure.measure === 'reconciliation'
            ? 'No order that was judged names a partner.'
            : 'No message names a partner.'}
        </p>
      }
    >
      <section class="scroll-x tall" tabindex="0" aria-label="By partner">
        <table class="table">
          <thead>
            <tr>
              <th>Status</th>
              <th>Partner</th>
              <th class="r">{props.measure.label}</th>
              <th class="r">Behind it</th>
              <th class="r">Of</th>
            </tr>
          </thead>
          <tbody>
            <For each={rows()}>
              {({ partner, cell }) => (
                <tr>
                  <td class={`nowrap t-${cell.status}`}>
                    <Shape status={cell.status} /> {statusWord(cell.status, true)}
                  </td>
                  <td class="key">{partner || <span class="soft">names none</span>}</td>
                  <td class="r strong">{formatRate(cell.rate ?? 0)}</td>
                  <td class="r">
                    <A href={choice.hrefOf({ partner: nameIn(partner) })}>{formatNumber(cell.wrong)}</A>
                  </td>
                  <td class="r soft">{formatNumber(cell.of)}</td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </section>
    </Show>
  )
}
