import { monitorEventLoopDelay } from 'node:perf_hooks'
import { metrics } from '@opentelemetry/api'

const windowMs = 10_000
const resolutionMs = 5

/** Measures this process: how long its event loop is held up (p99, of ten seconds at a time), and its memory. */
export function measureProcess(): void {
  const meter = metrics.getMeter('plumbline.process')
  const delay = monitorEventLoopDelay({ resolution: resolutionMs })
  delay.enable()
  // since the start it would say for hours what one bad minute was like; several may read it, so no reading begins anew
  let held = 0
  setInterval(() => {
    held = Math.max(0, delay.percentile(99) / 1e9 - resolutionMs / 1000)
    delay.reset()
  }, windowMs).unref()
  meter
    .createObservableGauge('nodejs.eventloop.delay.p99', {
      unit: 's',
      description: 'Of the last ten seconds that are over',
    })
    .addCallback((result) => result.observe(held))
  meter
    .createObservableGauge('process.memory.usage', { unit: 'By' })
    .addCallback((result) => result.observe(process.memoryUsage.rss()))
}
