import { metrics } from '@opentelemetry/api'
import type { Spool } from './spool.ts'

/** Measures what waits in the spool, by kind: bytes, segments, and how old the oldest is that the store does not have. */
export function measureSpool(spool: Spool): void {
  const meter = metrics.getMeter('plumbline.collectors')
  const gauges = [
    ['plumbline.spool.size', 'By', 'waiting_bytes'],
    ['plumbline.spool.segments', '{segment}', 'waiting_segments'],
    ['plumbline.spool.age', 's', 'oldest_s'],
  ] as const
  for (const [name, unit, figure] of gauges)
    meter.createObservableGauge(name, { unit }).addCallback((result) => {
      for (const signal of ['events', 'traces', 'metrics'] as const)
        result.observe(spool.stats(signal)[figure], { 'plumbline.spool.kind': signal })
    })
}
