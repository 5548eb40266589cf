import { A, useNavigate, useParams } from '@solidjs/router'
import { createMemo, Show } from 'solid-js'
import { unwrap } from 'solid-js/store'
import type { ExceptionDetail } from '../../server/api/schemas/exceptions.ts'
import type { TraceDetail } from '../../server/api/schemas/traces.ts'
import { now } from '../lib/clock.ts'
import { useEstate } from '../lib/estate.tsx'
import {
  formatAge,
  formatDecimal,
  formatDuration,
  formatMoney,
  formatNumber,
  formatPercent,
  formatValue,
  keepNumbers,
} from '../lib/format.ts'
import { useKeys } from '../lib/keys.ts'
import { ask, dataOf } from '../lib/queries.ts'
import { ageSeconds, formatTime, zoneName } from '../lib/time.ts'
import { useTitle } from '../lib/title.ts'
import { buildTree, cutRows } from '../lib/trace-tree.ts'
import { AsOf } from '../parts/as-of.tsx'
import { CaseActs, CaseAsked } from '../parts/case-acts.tsx'
import { CaseBridge } from '../parts/case-bridge.tsx'
import { CaseCauses } from '../parts/case-causes.tsx'
import { CaseClocks } from '../parts/case-clocks.tsx'
import { CaseHistory } from '../parts/case-history.tsx'
import { CaseOrders } from '../parts/case-orders.tsx'
import { CasePayloads } from '../parts/case-payloads.tsx'
import { CaseDue, CaseStatus } from '../parts/case-status.tsx'
import { CaseThreeWays } from '../parts/case-three-ways.tsx'
import { Fact } from '../parts/fact.tsx'
import { Lanes } from '../parts/lanes.tsx'
import { Masked, MaskedNote } from '../parts/masked.tsx'
import ActDialog from '../parts/queue-act.tsx'
import { ReplayLineage } from '../parts/replay-lineage.tsx'
import { Section } from '../parts/section.tsx'
import { SEVERITY_WORDS, SeverityShape } from '../parts/shape.tsx'
import { Panel } from '../parts/states.tsx'
import { StatesCompare } from '../parts/states-compare.tsx'
import { Waterfall } from '../parts/waterfall.tsx'

const TRACE_ROWS = 14

/** One case: what both sides say, what each system saw, the trace, and what happened to the case. */
export default function ExceptionPage() {
  const params = useParams<{ number: string }>()
  const navigate = useNavigate()
  useTitle(() => `EX-${params.number}`)
  const answer = ask<ExceptionDetail>(
    ['exceptions', 'events', 'runs'],
    () => ({ path: `/api/exceptions/${params.number}` }),
    () => ({ keep: false }),
  )
  const go = (number: number | null | undefined) => number && navigate(`/exceptions/${number}`)
  useKeys([
    { key: 'j', label: 'Next case', run: () => go(dataOf(answer)?.next) },
    { key: 'k', label: 'Previous case', run: () => go(dataOf(answer)?.previous) },
    { key: 'Escape', show: 'Esc', label: 'Back to the list', run: () => navigate('/exceptions') },
  ])
  return (
    <>
      <div class="bar crumbs">
        <p>
          <A href="/exceptions">Exceptions</A>
          <Show when={dataOf(answer)}>
            {(data) => (
              <>
                {' / '}
                <A href={`/exceptions?class=${data().exception.class}&plant=${data().exception.plant}`}>
                  {data().exception.class_title}, {data().exception.plant}
                </A>
              </>
            )}
          </Show>
          {' / '}
          <b>EX-{params.number}</b>
        </p>
        <span class="spacer" />
        <span class="steps-nav">
          <button
            type="button"
            class="link"
            disabled={!dataOf(answer)?.previous}
            onClick={() => go(dataOf(answer)?.previous)}
          >
            Previous <kbd>K</kbd>
          </button>
          <button
            type="button"
            class="link"
            disabled={!dataOf(answer)?.next}
            onClick={() => go(dataOf(answer)?.next)}
          >
            Next <kbd>J</kbd>
          </button>
        </span>
        <AsOf at={dataOf(answer)?.as_of} zone={dataOf(answer)?.time_zone} />
      </div>
      <main id="main" tabindex="-1">
        <Panel answer={answer} what={`EX-${params.number}`} rows={12}>
          {(data) => <Body detail={data()} />}
        </Panel>
      </main>
      <ActDialog onDone={() => void answer.refetch()} />
    </>
  )
}

function Body(props: { detail: ExceptionDetail }) {
  const estate = useEstate()
  const row = () => props.detail.exception
  const zone = () => props.detail.time_zone
  const share = () => {
    const left = Number(row().left_value)
    const difference = Number(row().difference)
    return row().difference && left ? (difference / Math.abs(left)) * 100 : null
  }
  const isLong = (text: string) => formatValue(text).length > 8
  return (
    <>
      <div class="sentence">
        <SeverityShape severity={row().severity} />
        <h1 class="text">
          <b>
            <Masked text={keepNumbers(props.detail.headline)} />
          </b>
        </h1>
      </div>
      <MaskedNote of={props.detail} />
      <CaseActs row={row()} />
      <div class="case-head">
        <div class="claims">
          <div>
            <span class="label">{estate.systemName(row().left_system)} says</span>
            <span class="claim" classList={{ long: isLong(row().left_value) }}>
              {formatValue(row().left_value)}
            </span>
          </div>
          <div>
            <span class="label">{estate.systemName(row().right_system)} says</span>
            <span class="claim" classList={{ long: isLong(row().right_value) }}>
              {formatValue(row().right_value)}
            </span>
          </div>
          <div>
            <span class="label">
              Difference{row().unit ? `, ${row().unit}` : ''}
              <Show when={share() !== null && Math.abs(share() ?? 0) < 1000}>
                , {formatPercent(share() ?? 0, { signed: true })}
              </Show>
            </span>
            <span class="claim" classList={{ long: !row().difference || isLong(row().difference ?? '') }}>
              {row().difference ? formatDecimal(row().difference ?? '', { signed: true }) : 'not a number'}
            </span>
          </div>
        </div>
        <div class="block facts">
          <div>
            <span class="label">Severity</span>
            <div class={`v sev-${row().severity}`}>
              <SeverityShape severity={row().severity} /> {SEVERITY_WORDS[row().severity]}
            </div>
          </div>
          <div>
            <span class="label">Status</span>
            <div class="v">
              <CaseStatus row={row()} />
            </div>
          </div>
          <div>
            <span class="label">Due</span>
            <div class="v">
              <CaseDue row={row()} />
            </div>
          </div>
          <Fact label="Owner" value={[row().assignee || 'nobody', estate.teamName(row().team)].join(', ')} />
          <Fact
            label="Value at risk"
            value={[
              formatMoney(row().amount_reporting, props.detail.currency),
              row().plant_currency === props.detail.currency
                ? ''
                : formatMoney(row().amount_plant, row().plant_currency),
              [row().plant_currency, props.detail.currency].includes(row().currency)
                ? ''
                : formatMoney(row().amount, row().currency),
            ]
              .filter(Boolean)
              .join(', ')}
          />
          <Fact label="Key, plant" value={`${row().key}, ${estate.plantName(row().plant)}`} />
          <Fact
            label={row().order_no ? 'Order, item' : 'Item'}
            value={
              [row().order_no, [row().item, row().item_name].filter(Boolean).join(' ')]
                .filter(Boolean)
                .join(', ') || '–'
            }
          />
          <Fact
            label={row().state === 'open' ? 'Open' : 'Closed'}
            value={
              row().closed_at
                ? formatTime(row().closed_at ?? '', zone())
                : `${formatAge(ageSeconds(row().opened_at, now()))}, since ${formatTime(row().opened_at, zone())}`
            }
          />
        </div>
      </div>
      <Show when={props.detail.three_ways}>{(ways) => <CaseThreeWays of={ways()} zone={zone()} />}</Show>
      <div class="cols case-cols">
        <div>
          <Section
            title="What each system saw"
            sub={`event order, not to scale, ${zoneName(zone(), new Date())}`}
            more={
              <Show when={props.detail.timeline.some((entry) => entry.missing)}>
                <span class="t-breach">
                  <i class="hole" /> expected, not received
                </span>
              </Show>
            }
          >
            <Show
              when={props.detail.timeline.length > 0}
              fallback={
                <p class="soft pad">No event carries this key: these systems are read as states only.</p>
              }
            >
              <Lanes entries={props.detail.timeline} zone={zone()} />
              <CasePayloads entries={props.detail.timeline} zone={zone()} />
            </Show>
          </Section>
          <Show
            when={props.detail.trace_id}
            fallback={
              <Section title="Trace">
                <p class="soft pad">No trace carries this key.</p>
              </Section>
            }
          >
            {(id) => <LinkedTrace id={id()} />}
          </Show>
          <CaseOrders detail={props.detail} />
        </div>
        <div>
          <CaseAsked detail={props.detail} />
          <CaseClocks detail={props.detail} />
          <CaseCauses detail={props.detail} />
          <ReplayLineage number={row().number} isOpen={row().state === 'open'} zone={zone()} />
          <Show when={props.detail.bridges.length > 0}>
            <CaseBridge
              bridges={props.detail.bridges}
              unit={row().unit}
              leftName={estate.systemName(row().left_system)}
              rightName={estate.systemName(row().right_system)}
              zone={zone()}
            />
          </Show>
          <Section
            title="Both sides now"
            sub={`${estate.checkTitle(row().check)}; since ${formatTime(row().since, zone())}`}
          >
            <Show
              when={props.detail.states.length > 0}
              fallback={<p class="soft pad">Neither side holds a record of this key now.</p>}
            >
              <StatesCompare
                states={props.detail.states}
                zone={zone()}
                leftName={estate.systemName(row().left_system)}
                rightName={estate.systemName(row().right_system)}
              />
            </Show>
          </Section>
          <CaseHistory detail={props.detail} />
        </div>
      </div>
    </>
  )
}

function LinkedTrace(props: { id: string }) {
  const answer = ask<TraceDetail>(
    ['spans'],
    () => ({ path: `/api/traces/${props.id}` }),
    () => ({ keep: false, fixed: true }),
  )
  const tree = createMemo(() => {
    const trace = dataOf(answer)
    const whole = buildTree(trace ? (unwrap(trace) as TraceDetail).spans : [])
    return { ...whole, ...cutRows(whole.rows, TRACE_ROWS), of: whole.rows.length }
  })
  /** What of the trace stands here, where that is not all. */
  const part = () => {
    const { from, rows, of } = tree()
    if (rows.length === of) return ''
    const where = `spans ${formatNumber(from + 1)} to ${formatNumber(from + rows.length)} of ${formatNumber(of)}`
    return from > 0 ? `${where}, around the first that failed` : where
  }
  return (
    <Section
      title="Trace"
      sub={<span class="mono desk-only">{props.id}</span>}
      more={
        <>
          <Show when={dataOf(answer)}>
            {(trace) => (
              <span class="muted">
                {formatDuration(Number(trace().duration_ns) / 1e6)}, {formatNumber(trace().span_count)} spans,{' '}
                {formatNumber(trace().error_count)} {trace().error_count === 1 ? 'error' : 'errors'}
              </span>
            )}
          </Show>
          <A href={`/traces/${props.id}`}>Open trace →</A>
        </>
      }
    >
      <Panel answer={answer} what="The trace" rows={5}>
        {() => (
          <>
            <Waterfall tree={tree()} inline />
            <Show when={part()}>
              <p class="muted">{part()}</p>
            </Show>
          </>
        )}
      </Panel>
    </Section>
  )
}
