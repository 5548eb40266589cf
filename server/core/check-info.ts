import type { EntityName } from './model.ts'

/** A check as every room may know it: the header of its file with the site's choices on top. */
export type CheckInfo = {
  check: string
  title: string
  /** one word, for narrow columns */
  short: string
  description: string
  /** roles of systems; right minus left is the difference */
  left: string
  right: string
  /** the role whose word counts */
  record: string
  /** '' when it belongs to no flow of the estate */
  flow: string
  /** cron with seconds */
  schedule: string
  /** milliseconds */
  grace: number
  /** decimal text */
  tolerance: string
  /** amount in the reporting currency from which a case is high; decimal text */
  materiality: string
  /** what its value is counted under on the overview */
  measure: 'inventory' | 'orders' | 'invoices' | 'receipts'
  classes: Record<string, string>
  /** which states explain a key, and how the key is made from their columns (SQL) */
  evidence: { entity: EntityName; key: string }[]
  team: string
  /** the rule version: a hash over all that can change a verdict */
  rule: string
}
