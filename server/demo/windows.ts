import { hour, minute } from './effects.ts'
import { createRandom } from './random.ts'

/** A stretch of time in which something does not work; `to` is when it works again. */
export type Window = { id: string; plant: string; from: number; to: number }

export type Windows = {
  /** WMS → ERP goods issues from `location` fail */
  stuckAt(plant: string, location: string, at: number): Window | undefined
  /** Whether any part of [from, to] has such a failure. */
  isStuckWithin(plant: string, location: string, from: number, to: number): boolean
  /** The plant's edge gateway holds the events of its WMS back. */
  heldAt(plant: string, at: number): Window | undefined
  /** Gateway holds that begin in [from, to). */
  holdsFrom(plant: string, from: number, to: number): Window[]
}

/** The location whose postings a stock count blocks. */
export const blockedLocation = 'FG1'
const day = 24 * hour

/**
 * When interfaces fail and gateways buffer: a pure function of seed, plant and day, so that what happens at ten o'clock
 * can know what will fail at noon. `storyAt` is when the back-fill ends: one failure is under way in the first plant.
 */
export function planWindows(options: {
  seed: number
  epoch: number
  storyAt: number
  storyPlant: string
  faultRate: number
}): Windows {
  const { seed, epoch, storyAt, storyPlant, faultRate } = options
  const story: Window = {
    id: `stuck-${storyPlant}-story`,
    plant: storyPlant,
    from: storyAt - 80 * minute,
    to: storyAt + 25 * minute,
  }
  const days = new Map<string, { stuck: Window[]; held: Window[] }>()

  const planDay = (plant: string, index: number) => {
    const random = createRandom(seed, 'windows', plant, index)
    const start = epoch + index * day
    const stuck: Window[] = []
    const held: Window[] = []
    if (faultRate > 0 && plant === storyPlant && story.from >= start && story.from < start + day)
      stuck.push(story)
    // each day keeps clear of its own edges, so that windows of two days never touch
    const draw = (least: number, most: number, probability: number) => {
      const isDrawn = random.chance(Math.min(probability * faultRate, 0.9))
      const from = start + 2 * hour + random.next() * 19 * hour
      const to = from + (least + random.next() * (most - least)) * minute
      return isDrawn ? { from: Math.round(from), to: Math.round(to) } : undefined
    }
    const isFree = (window: { from: number; to: number }, taken: Window[], margin: number) =>
      taken.every((other) => window.to + margin < other.from || window.from - margin > other.to)
    const stuckToday = draw(40, 90, 0.12)
    if (stuckToday && isFree(stuckToday, [story], 6 * hour))
      stuck.push({ id: `stuck-${plant}-${index}`, plant, ...stuckToday })
    const heldToday = draw(8, 35, 0.22)
    if (
      heldToday &&
      isFree(heldToday, [...stuck, story], 2 * hour) &&
      isFree(heldToday, [{ ...story, plant }], 2 * hour)
    )
      held.push({ id: `edge-${plant}-${index}`, plant, ...heldToday })
    return { stuck, held }
  }
  const dayOf = (plant: string, at: number) => {
    const index = Math.floor((at - epoch) / day)
    const key = `${plant} ${index}`
    let found = days.get(key)
    if (!found) {
      found = planDay(plant, index)
      days.set(key, found)
    }
    return found
  }
  /** Windows of the days that [from, to] touches; a window may run on into the next day. */
  const between = (kind: 'stuck' | 'held', plant: string, from: number, to: number): Window[] => {
    const found: Window[] = []
    for (let at = from - day; at < to + day; at += day)
      for (const window of dayOf(plant, at)[kind])
        if (window.from < to && window.to > from && !found.includes(window)) found.push(window)
    return found
  }
  return {
    stuckAt: (plant, location, at) =>
      location === blockedLocation ? between('stuck', plant, at, at + 1)[0] : undefined,
    isStuckWithin: (plant, location, from, to) =>
      location === blockedLocation && between('stuck', plant, from, to).length > 0,
    heldAt: (plant, at) => between('held', plant, at, at + 1)[0],
    holdsFrom: (plant, from, to) =>
      between('held', plant, from, to).filter((window) => window.from >= from && window.from < to),
  }
}
