import type { Estate } from '../core/estate.ts'
import { type Expected, type FaultKind, hour, iso, minute, type TruthLine } from './effects.ts'
import { money } from './plants.ts'
import type { Random } from './random.ts'
import type { Windows } from './windows.ts'

/** How often what goes wrong, per thing it can go wrong with. */
export const orderFaults = {
  lost_order: 0.006,
  lost_issue: 0.009,
  duplicate_issue: 0.007,
  duplicate_invoice: 0.005,
  wrong_unit: 0.03,
  stale_price: 0.016,
  cancelled_but_picked: 0.008,
  shipped_not_billed: 0.014,
  clock_skew: 0.004,
  unknown_item: 0.004,
  short_issue: 0.008,
} as const
export const receiptFaults = { lost_receipt: 0.035, duplicate_receipt: 0.035, wrong_unit: 0.06 } as const
export const countFaults = { wrong_sign: 0.12 } as const
export const inspectionFaults = { lost_release: 0.2 } as const
export const supplierFaults = { higher_price: 0.04, billed_twice: 0.03, billed_more: 0.04 } as const
export const transferFaults = { lost_transfer: 0.2 } as const
/** Per plant and hour. */
export const lossFaults = { physical_loss: 0.025 } as const
export const datingFaults = { back_dated: 0.02 } as const
export const codeFaults = { unmapped_code: 0.02 } as const

/** A finding before it is known when the gateway lets it through. Times in ms. */
export type Finding = {
  check: string
  key: string
  class: string
  visibleAt: number
  correctedAt: number
  /** what it is worth in the plant's currency, in hundredths, where that is known */
  worth?: number | undefined
}

export type FaultBook = {
  /** Draws at most one of the faults named. */
  draw<Name extends string>(random: Random, rates: Record<Name, number>): Name | undefined
  /** Grace of a check in ms. */
  grace(check: string): number
  /** When people mend what becomes visible at `visibleAt`: never while the plant's gateway holds events back. */
  correction(random: Random, plant: string, visibleAt: number): number
  /** Takes stock positions for one fault; false, and nothing taken, where another fault touches one of them then. */
  claim(plant: string, positions: { location: string; item: string }[], from: number, to: number): boolean
  /** Writes down what was injected and what the checks must find of it. */
  record(line: {
    id: string
    kind: FaultKind
    plant: string
    injectedAt: number
    findings: Finding[]
    quarantined?: string[]
    /** for faults that no check finds */
    until?: number
  }): void
}

/** When which position is taken. */
export type Claims = Map<string, { from: number; to: number }[]>

/** Those that compare with what a warehouse says. */
const wmsChecks = new Set([
  'inventory_on_hand',
  'goods_issue_billing',
  'ordered_received',
  'movements',
  'lifecycle',
  'masters',
  'shipment_goods_issue',
  'stock_type',
  'three_way_match',
  'in_transit',
])

/** Keeps what is wrong in the simulated world, so that no two faults hide each other. */
export function openFaultBook(options: {
  estate: Estate
  windows: Windows
  faultRate: number
  /** what faults have taken so far, where several books share the stock */
  claims?: Claims
  emit(at: number, line: TruthLine): void
}): FaultBook {
  const { estate, windows, faultRate, claims = new Map() as Claims, emit } = options
  const graces = new Map(estate.checks.map((check) => [check.check, check.grace]))
  const margin = 30 * minute
  const grace = (check: string) => graces.get(check) ?? 10 * minute
  return {
    grace,
    draw: (random, rates) => {
      let dice = random.next()
      for (const [name, rate] of Object.entries(rates) as [keyof typeof rates, number][]) {
        dice -= rate * faultRate
        if (dice < 0) return name
      }
      return undefined
    },
    correction: (random, plant, visibleAt) => {
      // most are mended within the shift, a few are left for days
      const isLeft = random.chance(0.25)
      const wait = isLeft ? random.lognormal(40 * hour, 0.4) : random.lognormal(6.5 * hour, 0.7)
      const most = isLeft ? 96 * hour : 30 * hour
      let at = Math.round(visibleAt + Math.min(Math.max(wait, 40 * minute), most))
      for (let held = windows.heldAt(plant, at); held; held = windows.heldAt(plant, at))
        at = held.to + 5 * minute + random.int(0, 5 * minute)
      return at
    },
    claim: (plant, positions, from, to) => {
      const wanted = { from: from - margin, to: to + margin }
      const keys = positions.map((position) => `${plant} ${position.location} ${position.item}`)
      const isTaken = keys.some((key) =>
        (claims.get(key) ?? []).some((claim) => claim.from < wanted.to && claim.to > wanted.from),
      )
      const isStuck = positions.some((position) =>
        windows.isStuckWithin(plant, position.location, wanted.from, wanted.to),
      )
      if (isTaken || isStuck) return false
      for (const key of keys) claims.set(key, [...(claims.get(key) ?? []), wanted])
      return true
    },
    record: ({ id, kind, plant, injectedAt, findings, quarantined = [], until }) => {
      const expected: Expected[] = findings
        .map((finding) => {
          // while the gateway holds back, the checks look at the moment before it did
          const held = wmsChecks.has(finding.check) ? windows.heldAt(plant, finding.visibleAt) : undefined
          return { ...finding, visibleAt: held ? held.to : finding.visibleAt }
        })
        .filter((finding) => finding.visibleAt < finding.correctedAt)
        .map(({ check, key, class: name, visibleAt, correctedAt, worth }) => ({
          check,
          plant,
          key,
          class: name,
          visible_at: iso(visibleAt),
          corrected_at: iso(correctedAt),
          ...(worth === undefined ? {} : { amount: money(Math.round(worth)) }),
        }))
      const times = expected.map((finding) => finding.visible_at).sort()
      const ends = expected.map((finding) => finding.corrected_at as string).sort()
      emit(injectedAt, {
        id,
        kind,
        plant,
        injected_at: iso(injectedAt),
        visible_at: times.at(-1) ?? iso(injectedAt),
        corrected_at: ends[0] ?? (until === undefined ? null : iso(until)),
        expected,
        quarantined,
      })
    },
  }
}
