import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { loadEstate } from '../../server/core/estate.ts'
import type { CloudEventJson } from '../../server/demo/effects.ts'
import { createReplayer } from '../../server/demo/replay-log.ts'
import { createWorld } from '../../server/demo/world.ts'

// The simulated hub, asked to send lost messages again: the ERP posts them, and the truth file knows.
const estate = loadEstate(fileURLToPath(new URL('../../server/demo/estate.yaml', import.meta.url)))
const epoch = Date.UTC(2026, 0, 5)
const hour = 3_600_000
const storyAt = epoch + 48 * hour
const open = () => createWorld({ estate, seed: 4, epoch, storyAt, rate: 1, faultRate: 3 })
const folder = mkdtempSync(join(tmpdir(), 'plumbline-demo-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const deliveryOf = (event: CloudEventJson) => event.data?.delivery

test('a lost goods issue is posted and billed soon after it is asked for, and the truth says so', () => {
  const world = open()
  const replayer = createReplayer(world, folder)
  const { events, truth } = replayer.advance(epoch + 30 * hour)
  const now = new Date(epoch + 30 * hour).toISOString()
  const lost = truth.find(
    (line) =>
      line.id.startsWith('lost-issue-') &&
      line.visible_at < now &&
      line.expected.every((each) => (each.corrected_at ?? '') > now) &&
      line.expected.length > 0,
  )
  const delivery = lost?.id.replace('lost-issue-', '')
  if (!lost || !delivery) throw new Error('a delivery was lost and is not mended yet')
  const shipment = events.find(
    (event) => event.type === 'wms.shipment.posted.v1' && deliveryOf(event) === delivery,
  )
  const trace_id = shipment?.traceparent?.split('-')[1] ?? ''
  const asked = { plant: lost.plant, key: 'FG1/whatever', trace_id }
  expect(
    replayer.ask({ ...asked, trace_id: '0'.repeat(32) }),
    'what it does not hold it does not send',
  ).toEqual({
    taken: false,
    reason: 'the hub holds no message of it',
  })
  expect(replayer.ask(asked)).toEqual({ taken: true, reason: `sent again: ${delivery}` })
  const after = replayer.advance(epoch + 31 * hour)
  const mine = after.events.filter((event) => deliveryOf(event) === delivery)
  const types = mine.map((event) => event.type)
  expect(types).toEqual(['erp.goods_issue.posted.v1', 'erp.invoice.posted.v1'])
  expect(Date.parse(mine[0]?.time ?? '') - (epoch + 30 * hour)).toBe(4_000)
  expect(mine[1]?.data?.states?.invoice_lines?.every((line) => line.posted_at === mine[1]?.time)).toBe(true)
  const mended = after.truth.find((line) => line.id === lost.id)
  expect(mended?.corrected_at).toBe(mine[0]?.time)
  for (const each of mended?.expected ?? [])
    expect(each.corrected_at).toBe(
      ['goods_issue_billing', 'lifecycle'].includes(each.check) ? mine[1]?.time : mine[0]?.time,
    )
  const later = replayer.advance(epoch + 140 * hour)
  expect(
    later.events.filter((event) => deliveryOf(event) === delivery && event.type.startsWith('erp.')),
    'it is not posted a second time',
  ).toEqual([])

  // another process on the same folder makes the same world, with what was asked of the first
  const again = createReplayer(open(), folder)
  expect(again.advance(epoch + 30 * hour).events).toEqual(events)
  expect(again.advance(epoch + 31 * hour)).toEqual(after)
})
