import { metrics } from '@opentelemetry/api'
import type { Disk, DiskState } from '../../server/core/disk.ts'
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

/** Measures the disks we and the engine write to: what is used, and from how much on it is said and nothing is taken. */
export function measureDisk(disk: Pick<Disk, 'all'>): void {
  const meter = metrics.getMeter('plumbline.collectors')
  const gauges = [
    ['plumbline.disk.used', (each: DiskState) => each.total_bytes - each.free_bytes],
    ['plumbline.disk.size', (each: DiskState) => each.total_bytes],
    ['plumbline.disk.warn_at', (each: DiskState) => each.total_bytes - each.warn_bytes],
    ['plumbline.disk.refuse_at', (each: DiskState) => each.total_bytes - each.refuse_bytes],
  ] as const
  for (const [name, read] of gauges)
    meter.createObservableGauge(name, { unit: 'By' }).addCallback((result) => {
      for (const each of disk.all()) result.observe(read(each), { 'plumbline.disk': each.disk })
    })
}
