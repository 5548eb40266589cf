import { startProduct } from '../support/product.ts'
import { type Figure, quantile } from './table.ts'

/** The overview on a week of demo data, as a browser asks for it, beside the readiness probe (one trivial query). */
export async function measureOverview(): Promise<Figure[]> {
  const product = await startProduct({ demoHours: 168 })
  try {
    await product.waitForDemo()
    const time = async (path: string) => {
      const started = performance.now()
      const answer = await fetch(product.url + path)
      if (!answer.ok) throw new Error(`${path} answered ${answer.status}`)
      await answer.arrayBuffer()
      return performance.now() - started
    }
    const measure = async (path: string, count: number) => {
      await time(path)
      const times: number[] = []
      for (let index = 0; index < count; index++) times.push(await time(path))
      return times
    }
    const overview = await measure('/api/overview?hours=168', 40)
    const probe = await measure('/readyz', 40)
    const baseline = 'readiness probe'
    return [
      {
        what: 'overview API, a week, p50',
        unit: 'ms',
        ours: quantile(overview, 0.5),
        baseline,
        theirs: quantile(probe, 0.5),
        isHigherBetter: false,
      },
      {
        what: 'overview API, a week, p95',
        unit: 'ms',
        ours: quantile(overview, 0.95),
        baseline,
        theirs: quantile(probe, 0.95),
        isHigherBetter: false,
      },
    ]
  } finally {
    await product.stop()
  }
}
