import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { inject } from 'vitest'
import type { TestProject } from 'vitest/node'
import { type Product, readFrom, startProduct } from './product.ts'

declare module 'vitest' {
  interface ProvidedContext {
    liveDemo: string
  }
}

/** Nobody has come for the demo so long: the files that look at it are done. */
const lingerMs = 20_000

/**
 * One live demo for all test files that only look at it, made when the first asks and ended soon after the last has
 * gone: a day of history takes longer to make than most of them take.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let demo: Promise<Product> | undefined
  let users = 0
  const end = async () => {
    const ended = demo
    demo = undefined
    await (await ended?.catch(() => undefined))?.stop()
  }
  const start = async () => {
    // faults enough that every kind of them has happened
    const product = await startProduct({ demoHours: 24, env: { PLUMBLINE_DEMO_FAULTS: '4' } })
    await product.waitForDemo()
    return product
  }
  const keeper = createServer(async (request, answer) => {
    if (request.method === 'DELETE') {
      users--
      answer.end()
      await sleep(lingerMs, undefined, { ref: false })
      if (users === 0) await end()
      return
    }
    users++
    demo ??= start()
    await demo.then(
      ({ url }) => answer.end(url),
      (error) => answer.writeHead(500).end(String(error)),
    )
  })
  await new Promise<void>((resolve) => keeper.listen(0, '127.0.0.1', resolve))
  project.provide('liveDemo', `http://127.0.0.1:${(keeper.address() as AddressInfo).port}`)
  return async () => {
    keeper.close()
    await end()
  }
}

export type LiveDemo = Pick<Product, 'url' | 'get'> & { leave(): Promise<void> }

/** The demo, with its history in; others look at it at the same time. Whoever is done leaves. */
export async function visitDemo(): Promise<LiveDemo> {
  const keeper = inject('liveDemo')
  const answer = await fetch(keeper)
  const url = await answer.text()
  if (!answer.ok) throw new Error(url)
  return {
    url,
    get: readFrom(url),
    leave: async () => {
      await fetch(keeper, { method: 'DELETE' })
    },
  }
}
