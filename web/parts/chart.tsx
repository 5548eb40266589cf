import type { ECharts, EChartsCoreOption } from 'echarts/core'
import { createEffect, createSignal, For, onCleanup, onMount, Show } from 'solid-js'

const FONT = '"Plex Thin", "Plex", "Plex Symbols", sans-serif'

export interface ChartTable {
  head: string[]
  rows: () => string[][]
}

/** A chart: an option drawn as SVG, with words for those who cannot see it and its values as a table. */
export function Chart(props: {
  option: EChartsCoreOption
  label: string
  height: number
  table: ChartTable
}) {
  let box: HTMLDivElement | undefined
  const [chart, setChart] = createSignal<ECharts>()
  const [open, setOpen] = createSignal(false)
  onMount(() => {
    let gone = false
    let made: ECharts | undefined
    const observer = new ResizeObserver(() => made?.resize())
    void import('../lib/echarts.ts').then(({ init }) => {
      if (gone || !box) return
      made = init(box, undefined, { renderer: 'svg' })
      setChart(made)
      observer.observe(box)
    })
    onCleanup(() => {
      gone = true
      observer.disconnect()
      made?.dispose()
    })
  })
  createEffect(() =>
    chart()?.setOption({ textStyle: { fontFamily: FONT }, ...props.option }, { notMerge: true }),
  )
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
