import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { advanceStates } from '../../reconcilers/advance.ts'
import { handoffRows } from '../../server/core/handoffs.ts'
import { writeHandoffs } from '../../sql/passages.ts'
import type { Store } from '../../sql/store.ts'
import { contractEstate } from '../support/contract-estate.ts'
import { openIngest } from '../support/ingest.ts'
import { startIngestProcess } from '../support/ingest-process.ts'
import { type Kind, type KindName, kinds, perRequest, type Stored } from './load.ts'
import { createChance } from './mutate.ts'

export type KillsResult = { figures: Record<string, number>; broken: string[] }

/**
 * Kills a process that takes in mixed load, again and again, at moments nobody chose, while senders repeat to the next
 * what they were not answered; then counts what is stored of what
 * was acknowledged, in every table it goes to.
 */
export async function tortureKills(kills: number, seed = Date.now() % 1_000_000): Promise<KillsResult> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-kills-'))
  const chance = createChance(seed)
  const acknowledged = Object.fromEntries(
    Object.keys(kinds).map((name) => [name, new Set<number>()]),
  ) as Record<KindName, Set<number>>
  // what was never answered: whether it was taken, its sender cannot know, and so says the very same to the next process
  const unanswered = Object.fromEntries(
    Object.keys(kinds).map((name) => [name, [] as { own: number; body: BodyInit }[]]),
  ) as Record<KindName, { own: number; body: BodyInit }[]>
  let number = 0
  let sent = 0
  let repeated = 0
  let resent = 0
  try {
    for (let round = 0; round < kills; round++) {
      // small segments, so that a kill falls into every step of the way: writing, sealing, claiming, loading, removing;
      // not so small that what waits grows from kill to kill
      const child = await startIngestProcess(folder, {
        sealBytes: 40_000 + chance(600_000),
        sealMs: 50 + chance(400),
        hasContracts: true,
      })
      let answered = 0
      const send = async (name: KindName, kind: Kind) => {
        while (child.isUp()) {
          const again = unanswered[name].shift()
          if (again) repeated++
          const own = again?.own ?? ++number
          const post = () => {
            sent++
            return fetch(`${child.url}${kind.path}`, {
              method: 'POST',
              headers: { 'content-type': kind.type },
              body,
            })
          }
          const body = again?.body ?? (kind.write(own) as BodyInit)
          try {
            // a sender that lost patience says the same again, while the first is under way or after it
            const isTwice = kind.isResendable && own % 5 === 0
            const answers = isTwice && own % 2 === 0 ? await Promise.all([post(), post()]) : [await post()]
            if (isTwice && own % 2 === 1) answers.push(await post())
            resent += answers.length - 1
            answered++
            // the status is the acknowledgement: it counts even when the kill cuts off the body behind it
            if (answers.some((answer) => answer.ok)) acknowledged[name].add(own)
            for (const answer of answers) await answer.arrayBuffer()
          } catch {
            if (kind.isResendable && !acknowledged[name].has(own)) unanswered[name].push({ own, body })
            return
          }
        }
      }
      const senders = Object.entries(kinds).map(([name, kind]) => send(name as KindName, kind))
      // now and then at once, else once it is in full swing
      const isEarly = round % 4 === 0
      while (!isEarly && answered < 25 && child.isUp()) await sleep(10)
      await sleep(chance(isEarly ? 150 : 1_500))
      await child.kill()
      await Promise.all(senders)
    }
    const { figures, broken } = await count(folder, acknowledged)
    return { figures: { kills, seed, requests: sent, resent, repeated, ...figures }, broken }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** How many passages there are and what they say, as one text. */
async function tellPassages(store: Store): Promise<string> {
  const [row] = await store.rows<{ told: string }>(
    `SELECT concat(toString(sum(signs)), ' ', toString(count()), ' ', toString(groupBitXor(hash))) AS told
     FROM (SELECT sum(sign) AS signs, cityHash64(plant, flow, handoff, is_waiting, arrived_ms, key, left_ms, is_ended, partner, trace_id, stages) AS hash FROM passages GROUP BY hash HAVING signs != 0)`,
  )
  return row?.told ?? ''
}

/** Makes them anew of all that is stored, as after a start that was cut short. */
async function remakePassages(store: Store): Promise<void> {
  await store.insert('passages_made', [{ made_at: new Date().toISOString(), structure: '' }])
  await writeHandoffs(store, handoffRows(contractEstate(), new Date()))
}

/** Lets the ways in finish what they have, and counts. */
async function count(folder: string, acknowledged: Record<KindName, Set<number>>): Promise<KillsResult> {
  const ingest = await openIngest(contractEstate(), { folder })
  const { store } = ingest
  const broken: string[] = []
  const figures = { acknowledged: 0, items: 0, missing: 0, doubled: 0, partly: 0 }
  try {
    await ingest.loader.drain()
    await advanceStates(store, contractEstate(), [])
    for (const [name, kind] of Object.entries(kinds))
      for (const [table, sql] of Object.entries(kind.stored)) {
        const rows = new Map((await store.rows<Stored>(sql)).map((row) => [row.request, row]))
        const wanted = acknowledged[name as KindName]
        for (const own of wanted)
          if (!rows.has(own)) {
            figures.missing += perRequest
            broken.push(`${table}: request ${own} was acknowledged and is missing`)
          }
        // what was not acknowledged may have been taken, but then whole and once
        for (const [own, row] of rows) {
          if (row.ids < perRequest) broken.push(`${table}: request ${own} has ${row.ids} of ${perRequest}`)
          if (row.rows > perRequest)
            broken.push(`${table}: request ${own} is there ${row.rows / perRequest} times`)
          figures.partly += Math.max(0, perRequest - row.ids)
          figures.doubled += Math.max(0, row.rows - perRequest)
        }
      }
    for (const wanted of Object.values(acknowledged)) figures.acknowledged += wanted.size
    figures.items = figures.acknowledged * perRequest
    // not FINAL: two loads under one number become one row once parts merge
    const [loads] = await store.rows<{ names: string; numbers: string }>(
      `SELECT toString(countIf(loads > 1)) AS numbers, toString(sum(loads) - uniqExactArray(list)) AS names
       FROM (SELECT load_seq, uniqExact(kind, name) AS loads, groupUniqArray(concat(kind, name)) AS list FROM loads GROUP BY load_seq)`,
    )
    if (loads?.numbers !== '0') broken.push(`${loads?.numbers} load numbers were given twice`)
    if (loads?.names !== '0') broken.push(`${loads?.names} segments have two loads`)
    const kept = await tellPassages(store)
    await remakePassages(store)
    const made = await tellPassages(store)
    if (kept !== made)
      broken.push(`passages kept from load to load are not those made at once: ${kept}, ${made}`)
    if (made.startsWith('0 ')) broken.push('there are no passages')
    const refused = await store.rows<{ reasons: string[] }>(
      "SELECT reasons FROM quarantine WHERE kind != 'span' LIMIT 3",
    )
    for (const { reasons } of refused) broken.push(`in quarantine: ${reasons.join('; ')}`)
    if (ingest.spool.stats().waiting_segments > 0) broken.push('the spool is not empty')
    return { figures, broken: broken.slice(0, 20) }
  } finally {
    await ingest.close()
  }
}
