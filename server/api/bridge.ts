import type { QueryRow } from '../../sql/queries.gen.ts'
import type { Store } from '../../sql/store.ts'
import type { CheckInfo } from '../core/check-info.ts'
import { sumDecimals } from '../core/decimal.ts'
import type { Estate } from '../core/estate.ts'
import type { Bridge } from './schemas/bridge.ts'

const dayMs = 86_400_000

type Case = Pick<QueryRow['exception'], 'plant' | 'key' | 'class' | 'left_value' | 'right_value' | 'last_run'>
type Row = {
  ref: string
  left_moved: string
  right_moved: string
  moved: string
  first_at: string
  is_young: boolean
  documents: { system: string; quantity: string; at: string; event_id: string; trace_id: string }[]
}

/**
 * Leads from what the left side has to what the right side has: by reference, the movements that only one side has
 * posted, or both differently; those still within the grace are in flight, the others are not posted. What is left is
 * explained by no movement. Messages in quarantine that name a reference are told beside it. Quantities in base units, decimal text. Null for checks whose states have no movements.
 */
export async function readBridge(
  store: Store,
  estate: Estate,
  check: CheckInfo,
  found: Case,
): Promise<Bridge | null> {
  const { bridge, evidence } = check
  const key = evidence.find((each) => each.entity === bridge?.entity)?.key
  // a held run's case stands for many keys
  if (!bridge || !key || found.class === 'runaway') return null
  const namesOf = (role: string) => estate.systemsOf(role, found.plant).map((system) => system.system)
  const [run] = await store.query('run', { run: found.last_run })
  // the texts are the check file's own; plant, key, systems and moments are bound
  const rows = await store.rows<Row>(
    `SELECT ${bridge.ref} AS ref, sumIf(${bridge.quantity}, is_left) AS left_moved, sumIf(${bridge.quantity}, NOT is_left) AS right_moved,
       right_moved - left_moved AS moved, min(occurred_at) AS first_at, first_at > {settled_at:DateTime64(3, 'UTC')} AS is_young,
       arraySort(document -> document.at, groupArray(CAST((system, toString(${bridge.quantity}), occurred_at, event_id, trace_id)
         AS Tuple(system String, quantity String, at DateTime64(3, 'UTC'), event_id String, trace_id String)))) AS documents
     FROM (SELECT *, system IN {left:Array(String)} AS is_left FROM ${bridge.entity} FINAL
       WHERE plant = {plant:String} AND (${key}) = {key:String} AND (system IN {left:Array(String)} OR system IN {right:Array(String)}) AND NOT deleted)
     GROUP BY ref
     HAVING moved != 0
     ORDER BY first_at DESC
     LIMIT 200`,
    {
      ...check.bound,
      plant: found.plant,
      key: found.key,
      left: namesOf(check.left),
      right: namesOf(check.right),
      settled_at: new Date((run ? new Date(run.clock).getTime() : Date.now()) - check.grace),
    },
  )
  const refs = rows.map((row) => row.ref).filter((ref) => ref !== '')
  const held =
    refs.length === 0
      ? []
      : await store.query('quarantine_of_refs', {
          plant: found.plant,
          systems: [...namesOf(check.left), ...namesOf(check.right)],
          refs,
          // a message may be refused before its movement is known from the other side
          since: new Date(Math.min(...rows.map((row) => Date.parse(row.first_at))) - dayMs),
        })
  const nameOf = (system: string) => estate.systemOf.get(system)?.name ?? system
  const lines = rows.map((row) => ({
    kind: row.is_young
      ? ('in_flight' as const)
      : row.left_moved === '0'
        ? ('not_posted_left' as const)
        : row.right_moved === '0'
          ? ('not_posted_right' as const)
          : ('posted_differently' as const),
    ref: row.ref,
    quantity: row.moved,
    since: row.first_at,
    documents: row.documents.map((document) => ({
      ...document,
      system_name: nameOf(document.system),
    })),
    queued: held
      .filter((message) => message.refs.includes(row.ref))
      .map(({ id, message_id, system, reasons }) => ({
        id,
        message_id,
        system_name: nameOf(system),
        reason: reasons.join('; '),
      })),
  }))
  const difference = sumDecimals([found.right_value, negate(found.left_value)])
  return {
    left: found.left_value,
    right: found.right_value,
    lines,
    unexplained: sumDecimals([difference, ...lines.map((line) => negate(line.quantity))]),
  }
}

const negate = (decimal: string) => (decimal.startsWith('-') ? decimal.slice(1) : `-${decimal}`)
