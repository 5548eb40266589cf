import { A } from '@solidjs/router'
import type { Overview } from '../../server/api/schemas/overview.ts'
import { withQuery } from '../lib/api.ts'
import { formatNumber, keepNumbers } from '../lib/format.ts'
import { later } from '../lib/later.tsx'
import { ask, dataOf } from '../lib/queries.ts'
import { useScope } from '../lib/scope.ts'
import { useTitle } from '../lib/title.ts'
import { InTurn } from '../lib/turns.tsx'
import { Freshness } from '../parts/freshness.tsx'
import { Impact } from '../parts/impact.tsx'
import { MatrixTable } from '../parts/matrix.tsx'
import { ScopeBar } from '../parts/scope-bar.tsx'
import { Section } from '../parts/section.tsx'
import { Shape } from '../parts/shape.tsx'
import { Panel } from '../parts/states.tsx'
import { Tiles } from '../parts/tiles.tsx'
import { LargestVariances } from '../parts/variances.tsx'

/** It is shown where the answer takes a second. */
const OverviewSkeleton = later(() => import('../parts/overview-skeleton.tsx'))

/** Do the systems agree, plant by plant; what does it cost; how fresh is what we know? */
export default function OverviewPage() {
  const scope = useScope()
  useTitle(() => 'Overview')
  const answer = ask<Overview>(
    ['runs', 'exceptions', 'events', 'spans', 'sources'],
    () => ({
      path: '/api/overview',
      query: { ...scope.query(), flow: scope.flow(), currency: scope.currency() },
    }),
    () => ({ every: 30_000 }),
  )
  return (
    <>
      <ScopeBar
        asOf={dataOf(answer)?.as_of}
        from={dataOf(answer)?.from}
        hasFlow
        hasMoney
        after={
          <a class="cell cell-link desk-only" href={wallOf(scope.plant(), scope.flow(), scope.hours())}>
            <span class="label">Screens</span>
            <span class="value">Wall</span>
          </a>
        }
      />
      <main id="main" tabindex="-1">
        <Panel answer={answer} what="The overview" skeleton={<OverviewSkeleton />}>
          {(data) => (
            <InTurn>
              <Body overview={data()} />
            </InTurn>
          )}
        </Panel>
      </main>
    </>
  )
}

/** The same scope for a screen on a wall: all plants and each by itself, or the one. */
const wallOf = (plant: string, flow: string, hours: number) =>
  withQuery('/wall', {
    plant,
    flow,
    hours: hours === 24 ? '' : hours,
    views: plant ? '' : 'estate,plants',
  })

/** From above to below, a part at a time: nothing that stands is moved by what comes after it. */
function Body(props: { overview: Overview }) {
  const scope = useScope()
  const counts = () => props.overview.matrix.counts
  const current = () => props.overview.sources.filter((source) => source.status !== 'unknown').length
  return (
    <>
      <div class="sentence">
        <Shape status={props.overview.sentence.status} />
        <h1 class="text">
          <b>{props.overview.sentence.lead}</b>
          {keepNumbers(props.overview.sentence.rest)}
        </h1>
      </div>
      <InTurn>
        <Tiles tiles={props.overview.tiles} currency={props.overview.currency} />
      </InTurn>
      <div class="cols overview-cols">
        <div>
          <InTurn>
            <Section
              title="Plant × flow health, now"
              sub={
                <span class="desk-only">
                  p95 of the last 60 min, open messages count at their age; bar: share of the limit used
                </span>
              }
              more={
                <span class="counts">
                  <span>
                    <Shape status="breach" /> Breach <b>{counts().breach}</b>
                  </span>
                  <span>
                    <Shape status="watch" /> Watch <b>{counts().watch}</b>
                  </span>
                  <span>
                    <Shape status="unknown" /> No data <b>{counts().unknown}</b>
                  </span>
                  <span>
                    <Shape status="ok" /> OK <b>{counts().ok}</b>
                  </span>
                </span>
              }
            >
              <MatrixTable matrix={props.overview.matrix} />
            </Section>
          </InTurn>
          <InTurn>
            <LargestVariances overview={props.overview} />
          </InTurn>
        </div>
        <InTurn>
          <Section
            title="Business impact now"
            sub="value at risk, by cause"
            more={<A href={scope.hrefOf('/exceptions')}>Open queue →</A>}
          >
            <Impact overview={props.overview} />
          </Section>
        </InTurn>
      </div>
      <InTurn>
        <Section
          title="Source freshness"
          sub={
            scope.flow()
              ? 'of the systems that have a part in the flow'
              : 'time since each source’s watermark'
          }
          more={
            <span class="muted">
              {formatNumber(current())} of {formatNumber(props.overview.sources.length)} sources current
            </span>
          }
        >
          <Freshness sources={props.overview.sources} />
        </Section>
      </InTurn>
    </>
  )
}
