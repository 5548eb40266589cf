import { A, useNavigate } from '@solidjs/router'
import { createMemo, For, Show } from 'solid-js'
import type { Measure, Quality } from '../../server/api/schemas/quality.ts'
import buildQualityRate from '../charts/quality-rate.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatNumber, keepNumbers } from '../lib/format.ts'
import { useKeys } from '../lib/keys.ts'
import { readLook } from '../lib/look.ts'
import { formatRate, MEASURES, useQualityChoice } from '../lib/quality.ts'
import { ask, dataOf } from '../lib/queries.ts'
import { useScope } from '../lib/scope.ts'
import { formatDayClock, viewerZone } from '../lib/time.ts'
import { useTitle } from '../lib/title.ts'
import { Chart } from '../parts/chart.tsx'
import { QualityFiles } from '../parts/quality-files.tsx'
import { QualityFindings } from '../parts/quality-findings.tsx'
import { QualityMatrix, QualityPartners } from '../parts/quality-matrix.tsx'
import { QualityMessageList } from '../parts/quality-messages.tsx'
import { QualityTiles } from '../parts/quality-tiles.tsx'
import { ScopeBar } from '../parts/scope-bar.tsx'
import { Section } from '../parts/section.tsx'
import { Shape } from '../parts/shape.tsx'
import { Panel } from '../parts/states.tsx'

/** How good is what comes in, at every hand-off: five rates, the messages behind each, and what is unusual. */
export default function QualityPage() {
  const scope = useScope()
  const choice = useQualityChoice()
  const navigate = useNavigate()
  useTitle(() => 'Data quality')
  useKeys([
    ...MEASURES.map((measure, at) => ({
      key: String(at + 1),
      label: `Show ${measure}`,
      run: () => navigate(choice.hrefOf({ measure })),
    })),
    { key: 'Escape', label: 'Show the messages of the whole scope', show: 'Esc', run: () => choice.clear() },
  ])
  const answer = ask<Quality>(
    ['events', 'runs'],
    () => ({ path: '/api/quality', query: { ...scope.query(), compare: '', flow: scope.flow() } }),
    () => ({ every: 60_000 }),
  )
  return (
    <>
      <ScopeBar asOf={dataOf(answer)?.as_of} from={dataOf(answer)?.from} hasFlow isFixed />
      <main id="main" tabindex="-1">
        <Panel answer={answer} what="The data quality" rows={12}>
          {(data) => <Body quality={data()} />}
        </Panel>
      </main>
    </>
  )
}

function Body(props: { quality: Quality }) {
  const choice = useQualityChoice()
  const measure = () => props.quality.measures.find((one) => one.measure === choice.measure())
  return (
    <>
      <div class="sentence">
        <Shape status={props.quality.sentence.status} />
        <h1 class="text">
          <b>{props.quality.sentence.lead}</b>
          {keepNumbers(props.quality.sentence.rest)}
        </h1>
      </div>
      <QualityTiles measures={props.quality.measures} />
      <Show when={measure()}>
        {(one) => (
          <div class="cols quality-cols">
            <div>
              <Section
                title={`${one().label} by ${one().measure === 'reconciliation' ? 'stage, check' : 'stage'} and plant`}
                sub={one().counts}
              >
                <QualityMatrix rows={props.quality.rows} measure={one()} />
              </Section>
              <Section
                title={`${one().label} by the hour, %`}
                sub="ghost: the range before; dash-dot: the limit"
              >
                <Hours measure={one()} />
              </Section>
              <Section
                title={`${one().label} by partner`}
                sub={
                  one().measure === 'reconciliation'
                    ? 'orders with a message in the range, by the last complete runs: those that differ nowhere'
                    : undefined
                }
              >
                <QualityPartners partners={props.quality.partners} measure={one()} />
              </Section>
            </div>
            <QualityMessageList />
          </div>
        )}
      </Show>
      <Show when={props.quality.files.length > 0}>
        <Section
          title="What files bring"
          sub="rows of files read in the range; a row is as old as the file it stands in"
        >
          <QualityFiles files={props.quality.files} />
        </Section>
      </Show>
      <Section
        title="Anomalies"
        sub="hours far from the same hour of past weeks: volume, refused, deviating, repeated and late messages, latency, keys that had not arrived when they were due"
        more={
          <Show when={props.quality.findings_total > props.quality.findings.length}>
            <span class="muted">
              newest {formatNumber(props.quality.findings.length)} of{' '}
              {formatNumber(props.quality.findings_total)}
            </span>
          </Show>
        }
      >
        <QualityFindings quality={props.quality} />
      </Section>
    </>
  )
}

/** The rate's course, and the hours that most of what is behind it belongs to. */
function Hours(props: { measure: Measure }) {
  const estate = useEstate()
  const scope = useScope()
  const choice = useQualityChoice()
  const zone = () => (scope.plant() ? estate.zoneOf(scope.plant()) : viewerZone())
  const wrongOf = (point: Measure['series'][number]) =>
    props.measure.lower_is_better ? point.count : point.of - point.count
  const option = createMemo(() =>
    buildQualityRate(
      {
        points: props.measure.series.map((point) => ({ ...point })),
        previous: props.measure.previous_series.map((point) => ({ ...point })),
        limit: props.measure.limit,
        zone: zone(),
      },
      readLook(),
    ),
  )
  const worst = () =>
    [...props.measure.series]
      .filter((point) => wrongOf(point) > 0)
      .sort((a, b) => wrongOf(b) - wrongOf(a))
      .slice(0, 6)
  return (
    <>
      <Chart
        option={option()}
        height={150}
        name={props.measure.label}
        label={`${props.measure.label} by the hour`}
        onRange={scope.setRange}
        table={{
          head: ['Hour', props.measure.label, 'Counted', 'Of'],
          points: () => props.measure.series,
          rows: () =>
            props.measure.series.map((point) => [
              formatDayClock(Date.parse(point.at), zone()),
              point.value === null ? 'nothing to count' : formatRate(point.value),
              formatNumber(point.count),
              formatNumber(point.of),
            ]),
        }}
      />
      <Show when={worst().length > 0}>
        <p class="worst-hours">
          <span class="muted">Most behind it, hour from</span>
          <For each={worst()}>
            {(point) => (
              <A href={choice.hrefOf({ hour: point.at })}>
                {formatDayClock(Date.parse(point.at), zone())}: {formatNumber(wrongOf(point))} of{' '}
                {formatNumber(point.of)}
              </A>
            )}
          </For>
        </p>
      </Show>
    </>
  )
}
