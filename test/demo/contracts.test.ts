import { expect, test } from 'vitest'
import { readCloudEvent } from '../../collectors/contracts/cloud-event.ts'
import { createVocabulary } from '../../collectors/contracts/vocabulary.ts'
import { loadEstate } from '../../server/core/estate.ts'
import { hour } from '../../server/demo/effects.ts'
import { createWorld } from '../../server/demo/world.ts'

const estate = loadEstate('server/demo/estate.yaml')
const epoch = Date.UTC(2026, 10, 9, 3, 17)
const end = epoch + 120 * hour

/** A working week of the demo, held against its contracts; the engine's part is done by hand. */
test('honest messages keep every contract; what deviates and what breaks is what was meant to', () => {
  const world = createWorld({ estate, seed: 3, epoch, storyAt: end, rate: 1, faultRate: 1 })
  const { events, truth } = world.advance(end)
  const translate = createVocabulary(estate)
  const stated = new Set<string>()
  const broken = new Map<string, string[]>()
  const deviating = new Map<string, number>()
  let withPartner = 0
  for (const message of events) {
    const { event } = readCloudEvent(message)
    const [line] = event ? translate(event, new Date(end)) : []
    if (!line) throw new Error(`${message.id} is no event`)
    for (const { item } of (line.items ?? []) as { item: string }[]) stated.add(`items ${item}`)
    for (const { partner } of (line.partners ?? []) as { partner: string }[])
      stated.add(`partners ${partner}`)
    const unknown = (line.refs ?? []).filter(({ entity, value }) => !stated.has(`${entity} ${value}`))
    const codes = [...(line.codes ?? []), ...unknown.map(() => 'reference.unknown')]
    if (codes.length > 0) broken.set(message.id, codes)
    for (const text of line.deviations ?? []) {
      const name = `${text} ${message.plant}`
      deviating.set(name, (deviating.get(name) ?? 0) + 1)
    }
    withPartner += Number(message.partner !== undefined)
  }
  const meant = (kind: string) =>
    truth.filter((each) => each.kind === kind).flatMap((each) => each.quarantined)
  const codesOf = (ids: string[]) => [...new Set(ids.flatMap((id) => broken.get(id) ?? ['none']))]
  expect([...broken.keys()].sort()).toEqual(truth.flatMap((each) => each.quarantined).sort())
  expect(codesOf(meant('clock_skew'))).toEqual(['time.future'])
  expect(codesOf(meant('unknown_item'))).toEqual(['reference.unknown'])

  expect([...deviating.keys()].sort()).toEqual([
    'field.pattern data.carrier MTY',
    'version.deprecated dataschema SUZ',
  ])
  const shipments = (plant: string) =>
    events.filter((event) => event.type === 'wms.shipment.posted.v1' && event.plant === plant).length
  expect(deviating.get('version.deprecated dataschema SUZ')).toBe(shipments('SUZ'))
  const typedIn = deviating.get('field.pattern data.carrier MTY') as number
  expect(typedIn).toBeGreaterThan(0)
  expect(typedIn).toBeLessThan(shipments('MTY') / 5)
  expect(withPartner).toBeGreaterThan(events.length / 2)
})
