import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { latencyDomain } from '../../web/charts/handoff-latency.ts'
import type { Look } from '../../web/lib/look.ts'

const folder = new URL('../../web/charts/', import.meta.url)
const look = new Proxy({}, { get: (_, name) => `#${String(name)}` }) as Look
const times = Array.from({ length: 6 }, (_, i) => new Date(Date.UTC(2026, 0, 15, i)).toISOString())

/** Rows for every chart: what it gets on a good day, and when there is nothing. A new chart adds itself here. */
const rows: Record<string, { some: unknown; none: unknown }> = {
  'adherence-weeks.ts': {
    some: {
      weeks: [
        { week: '2026-W02', in_time: 99.2, available: 99.9 },
        { week: '2026-W03', in_time: null, available: null },
      ],
      agreed: { in_time: 95, available: null },
    },
    none: { weeks: [], agreed: { in_time: null, available: null } },
  },
  'backlog-age.ts': { some: [{ label: '< 1 min', moving: 3, stuck: 1 }], none: [] },
  'call-failures.ts': {
    some: {
      points: times.map((at, i) => ({ at, errors: i, throttled: i === 4 ? 2 : 0 })),
      to: times.at(-1),
      zone: 'UTC',
    },
    none: { points: [], to: times.at(-1), zone: 'UTC' },
  },
  'check-trend.ts': {
    some: {
      points: times.map((at, i) => ({ at, value: i === 2 ? null : i * 1000 })),
      currency: 'EUR',
      zone: 'UTC',
    },
    none: { points: [], currency: 'EUR', zone: 'UTC' },
  },
  'loader-lag.ts': {
    some: {
      points: times.map((at, i) => ({
        at,
        lag_p95_ms: i === 2 ? null : 500 + i,
        lag_max_ms: i === 2 ? null : 900,
      })),
      to: times.at(-1),
      zone: 'UTC',
    },
    none: { points: [], to: times.at(-1), zone: 'UTC' },
  },
  'quality-rate.ts': {
    some: {
      points: times.map((at, i) => ({ at, value: i === 2 ? null : 99 + i / 10, count: 99, of: 100 })),
      previous: times.map((at) => ({ at, value: 99.5 })),
      limit: 99.5,
      zone: 'UTC',
    },
    none: { points: [], previous: [], limit: 99.5, zone: 'UTC' },
  },
  'handoff-latency.ts': {
    some: {
      series: times.map((at, i) => ({
        at,
        p50_ms: i === 3 ? null : 900,
        p95_ms: i === 3 ? null : 5000,
        p99_ms: i === 3 ? null : 9000,
      })),
      objective_ms: 60_000,
      status: 'ok',
      domain: [100, 60_000],
      zone: 'UTC',
      named: true,
    },
    none: { series: [], objective_ms: 60_000, status: 'unknown', domain: [1, 10], zone: 'UTC', named: true },
  },
}

describe.each(readdirSync(folder))('chart %s', (file) => {
  test.each(['some', 'none'] as const)('is a pure function of rows to an option: %s', async (kind) => {
    const { default: build } = (await import(new URL(file, folder).href)) as {
      default: (rows: unknown, look: Look) => Record<string, unknown>
    }
    const given = rows[file]?.[kind]
    expect(given, `rows for ${file} in this test`).toBeDefined()
    const before = JSON.stringify(given)
    const option = build(given, look)
    expect(JSON.stringify(given)).toBe(before)
    expect(option.animation).toBe(false)
    const text = JSON.stringify(option)
    // nothing moves, nothing is drawn where nothing was measured, colours are the theme's
    expect(text).not.toContain('"connectNulls":true')
    expect(text).not.toContain('NaN')
    expect(text.match(/"#(?=[0-9a-f]{3,8}")/gi) ?? []).toEqual([])
  })
})

test('the log axis holds every panel', () => {
  const panel = {
    series: [{ at: times[0] ?? '', p50_ms: 1500, p95_ms: 4000, p99_ms: 50_000 }],
    objective_ms: 120_000,
  }
  expect(latencyDomain([panel])).toEqual([1000, 600_000])
  expect(latencyDomain([{ series: [], objective_ms: 60_000 }])).toEqual([60_000, 600_000])
})
