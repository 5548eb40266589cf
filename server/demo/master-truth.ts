import type { StateRow } from './effects.ts'
import type { FaultBook, Finding } from './faults.ts'
import type { MasterRecord } from './master-records.ts'
import type { Taken } from './masters.ts'
import type { Plant } from './plants.ts'
import type { Random } from './random.ts'

type Late = {
  /** when the ERP stated the version, the record before it and as stated */
  at: number
  before: StateRow
  row: StateRow
  taken: Taken
  /** of what was rejected: when the ERP stated the version that replaces it, and who took that over when */
  correction: number
  corrected: Taken
  /** somebody takes it over late, or rejects it */
  isLate: boolean
}
type Role = 'crm' | 'wms'

/** Writes down a version that some consumer took over late or not at all, and what the checks must find of it. */
export function recordLate(faults: FaultBook, plant: Plant, record: MasterRecord, late: Late): void {
  const { kind, key } = record
  const findings = {
    prices: () => lateOf(faults, record, late, 'crm', 'price', `list/${key}`, 'list_price'),
    items: () =>
      (['crm', 'wms'] as const).flatMap((role) =>
        lateOf(faults, record, late, role, 'masters', `${key}/${role}`, 'master_flags'),
      ),
    partners: () => [],
  }[kind]()
  // a gateway that was cut off makes late as well
  if (!late.isLate && findings.length === 0) return
  const takenBy = (role: Role) => late.taken[role] ?? late.corrected[role] ?? 0
  faults.record({
    id: `late-${kind}-${plant.plant}-${key}-${late.row.master_version}`,
    kind: 'late_master',
    plant: plant.plant,
    injectedAt: late.at,
    findings,
    until: Math.max(takenBy('crm'), takenBy('wms')),
  })
}

/** What one consumer still holds of before, where a check compares it. */
function lateOf(
  faults: FaultBook,
  record: MasterRecord,
  { at, before, row, taken, correction, corrected }: Late,
  role: Role,
  check: string,
  key: string,
  name: string,
): Finding[] {
  if (!differs(before, row)) return []
  // what replaces a rejected version may be as good as the old one
  const correctedAt =
    taken[role] ?? (differs(before, record.row) ? corrected[role] : correction) ?? correction
  const visibleAt = at + faults.grace(check)
  return visibleAt < correctedAt ? [{ check, key, class: name, visibleAt, correctedAt }] : []
}

/** Whether a check tells the two apart: flags at all, prices beyond its tolerance. */
function differs(before: StateRow, after: StateRow): boolean {
  const hundredths = (row: StateRow) => Math.round(Number(row.unit_price ?? 0) * 100)
  const [held, stated] = [hundredths(before), hundredths(after)]
  return before.flags !== after.flags || Math.abs(stated - held) * 100 > pricePercent * held
}

/** The tolerance of the check of prices. */
const pricePercent = 0.5

/** Writes down that a warehouse typed a pack unit wrong; returns when it is mended. */
export function recordMistyped(
  faults: FaultBook,
  plant: Plant,
  { key, version }: MasterRecord,
  at: number,
  random: Random,
): number {
  const visibleAt = at + faults.grace('masters')
  const correctedAt = faults.correction(random, plant.plant, visibleAt)
  faults.record({
    id: `mistyped-${plant.plant}-${key}-${version}`,
    kind: 'mistyped_master',
    plant: plant.plant,
    injectedAt: at,
    findings: [{ check: 'masters', key: `${key}/wms`, class: 'master_unit_factor', visibleAt, correctedAt }],
  })
  return correctedAt
}
