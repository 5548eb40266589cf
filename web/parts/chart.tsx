import type { ECharts, EChartsCoreOption } from 'echarts/core'
import { createEffect, createSignal, For, onCleanup, onMount, Show } from 'solid-js'
import { listenForBrush } from '../lib/brush.ts'
import type { ChartPoint } from '../lib/chart-files.ts'
import { readLook } from '../lib/look.ts'

const FONT = '"Plex Thin", "Plex", "Plex Symbols", sans-serif'

export interface ChartTable {
  head: string[]
  rows: () => string[][]
  /** what it is drawn from, for whoever takes it along */
  points: () => readonly ChartPoint[]
}

/**
 * A chart: an option drawn as SVG, with words for those who cannot see it, and its values as a table, to be taken along
 * as CSV or as a picture.
 */
export function Chart(props: {
  option: EChartsCoreOption
  label: string
  /** what its files are called */
  name: string
  height: number
  table: ChartTable
  /** charts of one group show the same moment under the pointer */
  group?: string
  /** a range was dragged over it; only where its axis is time */
  onRange?: (from: Date, to: Date) => void
}) {
  let box: HTMLDivElement | undefined
  const [chart, setChart] = createSignal<ECharts>()
  const [open, setOpen] = createSignal(false)
  onMount(() => {
    let gone = false
    let made: ECharts | undefined
    let endBrush: (() => void) | undefined
    const observer = new ResizeObserver(() => made?.resize())
    void import('../lib/echarts.ts').then(({ connect, init }) => {
      if (gone || !box) return
      made = init(box, undefined, { renderer: 'svg' })
      if (props.group) {
        made.group = props.group
        connect(props.group)
      }
      if (props.onRange) endBrush = listenForBrush(box, made, (from, to) => props.onRange?.(from, to))
      setChart(made)
      observer.observe(box)
    })
    onCleanup(() => {
      gone = true
      observer.disconnect()
      endBrush?.()
      made?.dispose()
    })
  })
  createEffect(() =>
    chart()?.setOption({ textStyle: { fontFamily: FONT }, ...props.option }, { notMerge: true }),
  )
  const saveCsv = async () => {
    const { saveFile, writeCsv } = await import('../lib/chart-files.ts')
    saveFile(
      props.name,
      'csv',
      new Blob([writeCsv(props.table.points())], { type: 'text/csv;charset=utf-8' }),
    )
  }
  const savePng = async () => {
    const drawn = box?.querySelector('svg')
    if (!drawn) return
    const { drawPng, saveFile } = await import('../lib/chart-files.ts')
    saveFile(props.name, 'png', await drawPng(drawn, readLook().paper))
  }
  return (
    <div class="chart-wrap">
      <div
        ref={box}
        class="chart"
        role="img"
        aria-label={props.label}
        style={{ height: `${props.height}px` }}
      />
      <details class="chart-data" onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>Values</summary>
        <Show when={open()}>
          <p class="chart-files">
            <button type="button" class="link" onClick={() => void saveCsv()}>
              CSV
            </button>
            <button type="button" class="link" onClick={() => void savePng()}>
              PNG
            </button>
          </p>
          <div class="chart-table">
            <table class="table">
              <thead>
                <tr>
                  <For each={props.table.head}>{(name, at) => <th class={at() ? 'r' : ''}>{name}</th>}</For>
                </tr>
              </thead>
              <tbody>
                <For each={props.table.rows()}>
                  {(row) => (
                    <tr>
                      <For each={row}>{(text, at) => <td class={at() ? 'r' : 'nowrap'}>{text}</td>}</For>
                    </tr>
                  )}
                </For>
              </tbody>
            </table>
          </div>
        </Show>
      </details>
    </div>
  )
}
