import { expect, test } from 'vitest'
import { loadEstate } from '../../server/core/estate.ts'
import { hour } from '../../server/demo/effects.ts'
import { createSpanMaker } from '../../server/demo/span-maker.ts'
import { createWorld } from '../../server/demo/world.ts'

const epoch = Date.UTC(2026, 10, 10, 6)
const { spans: plans, events } = createWorld({
  estate: loadEstate('server/demo/estate.yaml'),
  seed: 1,
  epoch,
  storyAt: epoch + 12 * hour,
  rate: 1,
  faultRate: 1,
}).advance(epoch + 14 * hour)
const spans = createSpanMaker().make(plans)

test('the SDK makes every span as planned: ids, times, kind, system, status', () => {
  expect(spans.length).toBe(plans.length)
  spans.forEach((span, index) => {
    const plan = plans[index] as (typeof plans)[number]
    expect(span.spanContext()).toMatchObject({ traceId: plan.traceId, spanId: plan.spanId })
    expect(span.startTime[0] * 1_000 + span.startTime[1] / 1e6).toBe(plan.start)
    expect(span.endTime[0] * 1_000 + span.endTime[1] / 1e6).toBe(plan.end)
    expect(span.resource.attributes['service.name']).toBe(plan.service)
    expect(span.attributes['plumbline.plant']).toBe(plan.plant)
    expect(span.parentSpanContext?.spanId).toBe(plan.parent?.slice(36, 52))
    expect(span.status.message).toBe(plan.error?.message)
  })
})

test('parents are in the same trace and often in another system; the failing interface shows error 51', () => {
  const known = new Map(spans.map((span) => [span.spanContext().spanId, span]))
  const services = new Set<string>()
  for (const span of spans) {
    const parent = known.get(span.parentSpanContext?.spanId ?? '')
    if (!parent) continue
    expect(parent.spanContext().traceId).toBe(span.spanContext().traceId)
    const [from, to] = [parent, span].map((each) => String(each.resource.attributes['service.name']))
    if (from !== to) services.add(`${from}>${to}`)
  }
  expect([...services]).toEqual(
    expect.arrayContaining(['crm>hub', 'hub>erp', 'erp>hub', 'hub>wms_ham', 'wms_ham>hub']),
  )
  const refused = spans.filter((span) => span.status.message?.startsWith('51 '))
  expect(refused.length).toBeGreaterThan(3)
  expect(refused[0]?.events[0]?.name).toBe('exception')
})

test('an event names the span that did it', () => {
  const ids = new Set(plans.map((plan) => `00-${plan.traceId}-${plan.spanId}-01`))
  const named = events.filter((event) => event.traceparent !== undefined)
  expect(named.length).toBeGreaterThan(events.length * 0.7)
  const unknown = named.filter((event) => !ids.has(event.traceparent as string))
  // its span may still be open when the event is out
  expect(unknown.length).toBeLessThan(named.length * 0.02)
})
