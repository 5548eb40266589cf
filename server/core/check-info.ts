import type { EntityName } from './model.ts'

/** How a state becomes a contribution; the texts are SQL over the entity's columns. */
export type Read = {
  entity: EntityName
  side: 'left' | 'right' | 'note'
  /** the plant it counts in, when that is not the one that says it */
  plant: string
  /** whose states: a role of systems */
  role: string
  where: string
  key: string[]
  quantity: string
  price: string
  /** how many base units the price is for */
  price_factor: string
  state: string
  item: string
  order_no: string
  unit: string
  currency: string
  changed_at: string
}
/** Movements of both sides; `ref` is what the two say of one movement in common. */
export type Bridge = { entity: EntityName; ref: string; key: string[]; quantity: string }
/** Rows of one side that count in a key; the texts are SQL, `key` the readable one. */
export type Counting = {
  entity: EntityName
  side: 'left' | 'right'
  plant: string
  role: string
  where: string
  key: string
  quantity: string
  /** what is counted apart: a stock type, a period */
  part: string
}
/** The documents that lead from one side's value to the other's, for the page of a case: no verdict reads them. */
export type Explains = {
  documents: Counting[]
  /** SQL over a document: what both sides call it, its own number, what it is, and since when it counts */
  ref: string
  number: string
  says: string
  at: string
  /** documents of the two sides that share no reference belong together, the oldest first */
  oldest: boolean
  /** whose sums the two ends are, part by part; none where the case's own values are */
  ends: Counting[]
}
/** Whose states explain a key, and the plant (SQL) that they count in. */
export type Explaining = { plant: string; role: string }

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
  /** stages of that flow whose hand-off it compares; none where it speaks of no single one */
  stages: string[]
  /** cron with seconds: when what was touched is compared, and when every key is */
  schedule: string
  full: string
  /** milliseconds */
  grace: number
  /** of what one side said last, where that is not `grace`; milliseconds */
  grace_left?: number | undefined
  grace_right?: number | undefined
  /** decimal text */
  tolerance: string
  /** what a difference in money may be, where the check knows one beside its tolerance; decimal text */
  tolerance_amount: string
  /** percent that a quantity may differ, where the check knows goods of which it may; decimal text */
  tolerance_percent: string
  /** runs in a row that must agree before a case closes */
  closes_after: number
  /** ms in which a difference that comes back opens its case again */
  reopens_within: number
  /** amount in the reporting currency from which a case is high; decimal text */
  materiality: string
  /** plants that have an amount of their own, in their currency; decimal texts */
  materiality_of: Record<string, string>
  /** what its value is counted under on the overview */
  measure: 'inventory' | 'orders' | 'invoices' | 'receipts'
  classes: Record<string, string>
  /** classes whose cases are at least so severe, whatever they are worth */
  severity: Partial<Record<string, 'low' | 'medium' | 'high' | 'critical'>>
  /** classes whose money another check counts too, where that one runs: of one failure sums count it once */
  counted_by: Partial<Record<string, string>>
  /** what a verdict reads beside its key, by which of its columns the key's contributions name it */
  depends: { entity: EntityName; on: Record<string, 'item' | 'order_no' | 'unit'> }[]
  /** milliseconds from which a case is one step more severe; 0 for never */
  ages: number
  /** a case weighs its amount times the days begun since */
  daily: boolean
  /** what is compared is rare: that a side has nothing at all of a plant does not mean that it was left out */
  may_be_silent: boolean
  /**
   * how two sides agree: line against line in all they say, in the sum of their quantities, in the sum of their
   * quantities by state; `all` when that they are equal says nothing, and every key is judged
   */
  matching: 'lines' | 'sums' | 'states' | 'all'
  /** keys whose first part differs only in its last so many characters lie together */
  near?: number | undefined
  /** what each state adds to a key */
  reads: Read[]
  /** contributions (SQL) whose keys are looked at even where both sides agree */
  suspect?: string | undefined
  /** movements that explain a difference while one side has not posted them yet */
  bridge?: Bridge | undefined
  /** what the page of a case leads from one side to the other by */
  explains?: Explains | undefined
  /** whose orders its cases lay beside what moved and what was billed, document by document */
  three_ways?: 'sales' | 'purchase' | undefined
  /** which states explain a key, whose they are, and how the readable key is made from their columns (SQL) */
  evidence: { entity: EntityName; key: string; from: Explaining[] }[]
  /** values of the estate that its SQL is bound to */
  bound: Record<string, unknown>
  team: string
  /** the rule version: a hash over all that can change a verdict */
  rule: string
}

/** Every role a check reads, its two sides first. */
export const rolesOf = (check: CheckInfo): string[] => [
  ...new Set([check.left, check.right, ...check.reads.map((each) => each.role)]),
]

/** Roles of which a row may count in another plant than the one that says it. */
export const strayingRolesOf = (check: CheckInfo): string[] => [
  ...new Set(check.reads.filter((each) => each.plant !== 'plant').map((each) => each.role)),
]
