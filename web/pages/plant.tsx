import { A, useParams } from '@solidjs/router'
import type { PlantView } from '../../server/api/schemas/plants.ts'
import { withQuery } from '../lib/api.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatNumber, keepNumbers } from '../lib/format.ts'
import { ask, dataOf } from '../lib/queries.ts'
import { useScope } from '../lib/scope.ts'
import { useTitle } from '../lib/title.ts'
import { AsOf } from '../parts/as-of.tsx'
import { CompareCell } from '../parts/compare-cell.tsx'
import { CurrencyCell } from '../parts/currency-cell.tsx'
import { FlowCell } from '../parts/flow-cell.tsx'
import { Impact } from '../parts/impact.tsx'
import { MatrixTable } from '../parts/matrix.tsx'
import OverviewSkeleton from '../parts/overview-skeleton.tsx'
import { PlantChecks } from '../parts/plant-checks.tsx'
import { PlantPeriods } from '../parts/plant-periods.tsx'
import { PlantQuality } from '../parts/plant-quality.tsx'
import { PlantQueues } from '../parts/plant-queues.tsx'
import { PlantRisks } from '../parts/plant-risks.tsx'
import { PlantSources } from '../parts/plant-sources.tsx'
import { RangeCell } from '../parts/range-cell.tsx'
import { Section } from '../parts/section.tsx'
import { Shape } from '../parts/shape.tsx'
import { Panel } from '../parts/states.tsx'
import { Tiles } from '../parts/tiles.tsx'
import { LargestVariances } from '../parts/variances.tsx'
import '../styles/plant.css'

/** One plant in its own time: what flows, what it costs, who is silent, shift by shift. */
export default function PlantPage() {
  const params = useParams<{ plant: string }>()
  const scope = useScope(() => params.plant)
  const estate = useEstate()
  useTitle(() => estate.plantName(params.plant))
  const answer = ask<PlantView>(
    ['runs', 'exceptions', 'events', 'spans', 'sources'],
    () => ({
      path: `/api/plants/${encodeURIComponent(params.plant)}`,
      query: { ...scope.query(), plant: '', flow: scope.flow(), currency: scope.currency() },
    }),
    () => ({ every: 30_000 }),
  )
  const data = () => dataOf(answer)
  const zone = () => data()?.time_zone ?? estate.zoneOf(params.plant)
  return (
    <>
      <div class="bar">
        <div class="cell">
          <span class="label">
            <A href={scope.hrefOf('/', { plant: '' })}>All plants</A>
          </span>
          <h1 class="value">{data()?.name ?? estate.plantName(params.plant)}</h1>
        </div>
        <FlowCell />
        <RangeCell zone={zone()} from={data()?.from} />
        <CompareCell />
        <div class="cell desk-only">
          <span class="label">Time zone</span>
          <span class="value">{zone()}</span>
        </div>
        <CurrencyCell plant={params.plant} />
        <a
          class="cell cell-link desk-only"
          href={withQuery('/wall', { plant: params.plant, flow: scope.flow() })}
        >
          <span class="label">Screens</span>
          <span class="value">Wall</span>
        </a>
        <span class="spacer" />
        <AsOf at={data()?.as_of} zone={zone()} />
      </div>
      <main id="main" tabindex="-1">
        <Panel answer={answer} what="The plant" skeleton={<OverviewSkeleton />}>
          {(plant) => <Body plant={plant()} hours={scope.hours()} />}
        </Panel>
      </main>
    </>
  )
}

function Body(props: { plant: PlantView; hours: number }) {
  const scope = useScope(() => props.plant.plant)
  const current = () => props.plant.plant_sources.filter((source) => source.status !== 'unknown').length
  return (
    <>
      <div class="sentence">
        <Shape status={props.plant.sentence.status} />
        <h2 class="text">
          <b>{props.plant.sentence.lead}</b>
          {keepNumbers(props.plant.sentence.rest)}
        </h2>
      </div>
      <Tiles tiles={props.plant.tiles} currency={props.plant.currency} plant={props.plant.plant} />
      <Section
        title="Flow health, now"
        sub={
          <span class="desk-only">
            p95 of the last 60 min, open messages count at their age; bar: share of the limit used
          </span>
        }
      >
        <MatrixTable matrix={props.plant.matrix} />
      </Section>
      <PlantPeriods plant={props.plant} />
      <div class="cols overview-cols">
        <div>
          <PlantRisks plant={props.plant} />
          <LargestVariances overview={props.plant} plant={props.plant.plant} />
          <PlantChecks plant={props.plant} />
        </div>
        <div>
          <Section
            title="Business impact now"
            sub="value at risk, by cause"
            more={<A href={scope.hrefOf('/exceptions')}>Open queue →</A>}
          >
            <Impact overview={props.plant} />
          </Section>
          <PlantQuality plant={props.plant.plant} />
          <PlantQueues plant={props.plant.plant} hours={props.hours} />
        </div>
      </div>
      <Section
        title="Sources"
        sub={
          scope.flow() ? 'of the systems that have a part in the flow' : 'time since each source’s watermark'
        }
        more={
          <span class="muted">
            {formatNumber(current())} of {formatNumber(props.plant.plant_sources.length)} sources current
          </span>
        }
      >
        <PlantSources plant={props.plant} />
      </Section>
    </>
  )
}
