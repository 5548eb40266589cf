import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseEstate } from '../../server/core/estate.ts'
import { migrate } from '../../sql/migrate.ts'
import { openStore } from '../../sql/open.ts'
import { openSender, startAedes } from '../support/mqtt-broker.ts'
import { pushEstateText, stockStates } from '../support/push-estate.ts'
import { startLife } from '../support/push-life.ts'
import { openPushWorld } from '../support/push-world.ts'

const kills = 2
const leastPerLife = 25

test('kill -9 under load, again and again: what was sent with QoS 1 is in the store, each once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-mqtt-kill-'))
  const broker = await startAedes()
  const sender = await openSender(broker.url)
  const estate = pushEstateText(`
  - source: floor
    kind: mqtt
    system: wms
    url: ${broker.url}
    version: 4
    topics: [stock]
${stockStates}
    events: [{ type: counted, key: item, occurred_at: at }]
`)
  try {
    const store = await openStore({ dataFolder: folder })
    await migrate(store)
    await store.close()
    let sent = 0
    const send = () => {
      sent++
      const at = new Date(Date.UTC(2026, 10, 5) + sent).toISOString()
      return sender.publishAsync(
        'stock',
        JSON.stringify({ location: 'A', item: `item-${sent % 7}`, quantity: sent, at }),
        { qos: 1 },
      )
    }
    for (let life = 0; life < kills; life++) {
      const running = await startLife(folder, estate)
      const gone = new Promise((resolve) => running.once('exit', resolve))
      // somewhere in the middle of what is on its way
      const killAfter = leastPerLife + Math.floor(Math.random() * leastPerLife)
      for (let count = 0; count < killAfter * 2; count++) {
        await send()
        if (count === killAfter) running.kill('SIGKILL')
      }
      await gone
    }
    const world = await openPushWorld(parseEstate(estate), { folder })
    try {
      await world.sources.pollNow()
      const told = async () =>
        (
          await world.rows<{ item: string }>(
            `SELECT key || ' ' || toString(occurred_at) AS item FROM business_events`,
          )
        ).length
      await world.until('all that was sent is there', async () => (await told()) >= sent)
      expect(await told()).toBe(sent)
      const newest = Array.from({ length: 7 }, (_, rest) => {
        const last = sent - ((sent - rest) % 7)
        return `item-${rest} ${last}`
      })
      expect(await world.stock('floor')).toEqual(newest)
      expect(await world.rows('SELECT body FROM quarantine')).toEqual([])
    } finally {
      await world.close()
    }
  } finally {
    await sender.endAsync(true)
    await broker.close()
    rmSync(folder, { recursive: true, force: true })
  }
}, 180_000)
