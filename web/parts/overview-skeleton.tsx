import { For } from 'solid-js'
import { GhostRows } from './states.tsx'

const times = (count: number) => Array.from({ length: count })

/** The overview before its first answer: its own layout, grey bars for the values. */
export default function OverviewSkeleton() {
  return (
    <div aria-hidden="true">
      <div class="sentence">
        <i class="ghost ghost-line" />
      </div>
      <div class="tiles">
        <For each={times(5)}>
          {() => (
            <div class="tile">
              <span class="top">
                <i class="ghost w60" />
              </span>
              <span class="mid">
                <i class="ghost ghost-big" />
              </span>
              <span class="low">
                <i class="ghost w40" />
              </span>
            </div>
          )}
        </For>
      </div>
      <div class="cols overview-cols">
        <section class="section">
          <header class="section-head">
            <h2>Plant × flow health, now</h2>
          </header>
          <For each={times(6)}>
            {() => (
              <div class="ghost-cells">
                <For each={times(11)}>{() => <i class="ghost" />}</For>
              </div>
            )}
          </For>
          <header class="section-head">
            <h2>Largest variances</h2>
          </header>
          <GhostRows rows={5} />
        </section>
        <section class="section">
          <header class="section-head">
            <h2>Business impact now</h2>
          </header>
          <GhostRows rows={10} />
        </section>
      </div>
    </div>
  )
}
