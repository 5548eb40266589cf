import type { QueryRow } from '../../sql/queries.gen.ts'
import type { Store } from '../../sql/store.ts'
import type { CheckInfo, Counting, Explains } from '../core/check-info.ts'
import { negateDecimal as negate, sumDecimals } from '../core/decimal.ts'
import type { Estate } from '../core/estate.ts'
import { type BridgeRow, pairOldest } from './bridge-pairs.ts'
import type { Bridge } from './schemas/bridge.ts'

const dayMs = 86_400_000

type Case = Pick<
  QueryRow['exception'],
  'plant' | 'key' | 'class' | 'order_no' | 'left_value' | 'right_value' | 'since' | 'last_run'
>
type End = { part: string; left: string; right: string }

/**
 * Leads from what the left side has to what the right side has, part by part: by reference, the documents that only one
 * side has posted, or both differently; those still within the grace are in flight, the others are not posted. What is
 * left is explained by none. Messages in quarantine that name a reference are told beside it. Quantities in base units,
 * decimal text. Empty for checks that name no documents.
 */
export async function readBridges(
  store: Store,
  estate: Estate,
  check: CheckInfo,
  found: Case,
): Promise<Bridge[]> {
  const { explains } = check
  // a held run's case stands for many keys
  if (!explains || found.class === 'runaway') return []
  const read = readerOf(store, estate, check, found)
  const [ends, rows] = await Promise.all([
    explains.ends.length === 0
      ? [{ part: '', left: found.left_value, right: found.right_value }]
      : read<End>(
          explains.ends,
          '',
          `SELECT part, toString(sumIf(quantity, is_left)) AS left, toString(sumIf(quantity, NOT is_left)) AS right
           FROM counted GROUP BY part HAVING left != right ORDER BY part`,
        ),
    readRows(store, estate, read, check, explains, found),
  ])
  const lines = explains.oldest ? pairOldest(rows) : rows
  const heldOf = await readHeld(store, estate, check, found, lines)
  const nameOf = (system: string) => estate.systemOf.get(system)?.name ?? system
  return ends.map(({ part, left, right }) => {
    const own = lines.filter((line) => line.part === part)
    return {
      part,
      left,
      right,
      lines: own.map((row) => ({
        kind: kindOf(row),
        ref: row.ref,
        quantity: row.moved,
        since: row.first_at,
        documents: row.documents.map((document) => ({ ...document, system_name: nameOf(document.system) })),
        queued: heldOf(row.ref),
      })),
      unexplained: sumDecimals([right, negate(left), ...own.map((line) => negate(line.moved))]),
    }
  })
}

function kindOf(row: BridgeRow): Bridge['lines'][number]['kind'] {
  if (row.is_young) return 'in_flight'
  if (row.left_moved === '0') return 'not_posted_left'
  return row.right_moved === '0' ? 'not_posted_right' : 'posted_differently'
}

type Reader = <R>(counting: Counting[], columns: string, sql: string, params?: object) => Promise<R[]>

/** Reads rows that count in the case's key, as `counted`. The texts are the check file's own; values are bound. */
const readerOf =
  (store: Store, estate: Estate, check: CheckInfo, found: Case): Reader =>
  (counting, columns, sql, params) =>
    store.rows(
      `WITH counted AS (${counting
        .map(
          (each, place) =>
            `SELECT toString(${each.part}) AS part, CAST(${each.quantity} AS Decimal(38, 6)) AS quantity, ${each.side === 'left'} AS is_left${columns}
             FROM ${each.entity} FINAL
             WHERE (${each.plant}) = {plant:String} AND (${each.key}) = {key:String} AND (${each.where})
               AND system IN {systems_${place}:Array(String)} AND NOT deleted`,
        )
        .join(' UNION ALL ')}) ${sql}`,
      {
        ...check.bound,
        plant: found.plant,
        key: found.key,
        ...params,
        ...Object.fromEntries(
          counting.map(({ role }, place) => [
            `systems_${place}`,
            estate.systems.filter((system) => system.role === role).map(({ system }) => system),
          ]),
        ),
      },
    )

/**
 * Whether both sides tell such documents of the plant: of movements that only one side reports each would look as if
 * the other had not posted it. What the check compares itself is told.
 */
async function areTold(
  store: Store,
  estate: Estate,
  { documents, ends }: Explains,
  plant: string,
): Promise<boolean> {
  const [entity] = documents.map((each) => each.entity)
  if (ends.length === 0 || ends.some((end) => end.entity === entity)) return true
  const systemsOf = (side: string) =>
    documents.filter((each) => each.side === side).flatMap(({ role }) => estate.systemsOf(role, plant))
  const told = await store.rows<{ system: string }>(
    `SELECT DISTINCT toString(system) AS system FROM ${entity} WHERE plant = {plant:String} AND NOT deleted`,
    { plant },
  )
  return ['left', 'right'].every((side) =>
    systemsOf(side).some(({ system }) => told.some((each) => each.system === system)),
  )
}

/** The documents by part and reference that do not say the same on both sides, newest first. */
async function readRows(
  store: Store,
  estate: Estate,
  read: Reader,
  check: CheckInfo,
  explains: Explains,
  found: Case,
): Promise<BridgeRow[]> {
  const [isTold, [run]] = await Promise.all([
    areTold(store, estate, explains, found.plant),
    store.query('run', { run: found.last_run }),
  ])
  if (!isTold) return []
  const settled = (run ? new Date(run.clock).getTime() : Date.now()) - check.grace
  const { documents, ref, number, says, at } = explains
  return read<BridgeRow>(
    documents,
    `, toString(${ref}) AS ref, ${at} AS at, toString(system) AS system, toString(${number}) AS number, toString(${says}) AS says, event_id, trace_id`,
    `SELECT part, ref, toString(sumIf(quantity, is_left)) AS left_moved, toString(sumIf(quantity, NOT is_left)) AS right_moved,
       toString(sum(if(is_left, -quantity, quantity))) AS moved, min(at) AS first_at, first_at > {settled_at:DateTime64(3, 'UTC')} AS is_young,
       arraySort(document -> document.at, groupArray(CAST((system, number, says, toString(quantity), at, event_id, trace_id)
         AS Tuple(system String, number String, says String, quantity String, at DateTime64(3, 'UTC'), event_id String, trace_id String)))) AS documents
     FROM counted
     GROUP BY part, ref
     HAVING moved != '0'
     ORDER BY first_at DESC, part, ref
     LIMIT 200`,
    {
      // what is due by a time of its own is so once the case says it, whatever the grace
      settled_at: new Date(explains.oldest ? Math.max(settled, new Date(found.since).getTime()) : settled),
    },
  )
}

/** The messages in quarantine that name a reference, or an order whose receipts have numbers of their own. */
async function readHeld(
  store: Store,
  estate: Estate,
  check: CheckInfo,
  found: Case,
  rows: BridgeRow[],
): Promise<(ref: string) => Bridge['lines'][number]['queued']> {
  const refs = [...new Set(rows.map((row) => row.ref).filter((ref) => ref !== ''))]
  if (refs.length === 0) return () => []
  const order = check.explains?.oldest ? found.order_no : ''
  const namesOf = (role: string) => estate.systemsOf(role, found.plant).map((system) => system.system)
  const held = await store.query('quarantine_of_refs', {
    plant: found.plant,
    systems: [...namesOf(check.left), ...namesOf(check.right)],
    refs: order ? [...refs, order] : refs,
    // a message may be refused before its movement is known from the other side
    since: new Date(Math.min(...rows.map((row) => Date.parse(row.first_at))) - dayMs),
  })
  return (ref) =>
    held
      .filter((message) => message.refs.some((named) => named === ref || named === order))
      .map(({ id, message_id, system, reasons }) => ({
        id,
        message_id,
        system_name: estate.systemOf.get(system)?.name ?? system,
        reason: reasons.join('; '),
      }))
}
