import { monitorEventLoopDelay } from 'node:perf_hooks'
import { metrics } from '@opentelemetry/api'

/** Measures this process: how long its event loop is held up (p99 since the last reading), and its memory. */
export function measureProcess(): void {
  const meter = metrics.getMeter('plumbline.process')
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  meter
    .createObservableGauge('nodejs.eventloop.delay.p99', { unit: 's' })
    .addCallback((result) => result.observe(Math.max(0, delay.percentile(99) / 1e9 - 0.005)))
  meter
    .createObservableGauge('process.memory.usage', { unit: 'By' })
    .addCallback((result) => result.observe(process.memoryUsage.rss()))
}
