import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { compareTruth, heldPlants, type OpenCase, readTruth, writeReport } from './support/truth.ts'

/**
 * `npm run truth`: starts the product with its demo in a process and a folder of its own, waits for the history and for
 * runs after it, and holds the open cases against what was injected. Ends with 1 on any that is missed or false.
 *
 * PLUMBLINE_DEMO_SEED, _RATE, _HOURS and _FAULTS go to the demo; TRUTH_MINUTES is how long it goes on looking, once a
 * minute, while the demo runs live (0: looks once).
 */
const command = fileURLToPath(new URL('../server/plumbline.mjs', import.meta.url))
const marginMs = 75_000
const patience = 10 * 60_000

async function main(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-truth-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const { PLUMBLINE_ESTATE: _, CLICKHOUSE_URL: __, ...environment } = process.env
  const child = spawn(process.execPath, [command, 'start'], {
    env: { ...environment, PORT: String(port), HOST: '127.0.0.1', PLUMBLINE_DATA: folder, LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  try {
    const started = Date.now()
    await waitForHistory(child, folder)
    process.stdout.write(`history in after ${Math.round((Date.now() - started) / 1000)} s\n`)
    const minutes = Number(process.env.TRUTH_MINUTES ?? 0)
    let failures = 0
    for (let look = 0; look <= minutes; look++) {
      if (look > 0) await sleep(60_000)
      await waitForRuns(child, url)
      failures += await compareNow(url, folder)
    }
    return failures === 0 ? 0 : 1
  } finally {
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
    if (child.exitCode === null && child.signalCode === null)
      await new Promise((resolve) => child.once('exit', resolve))
    clearTimeout(timer)
    rmSync(folder, { recursive: true, force: true })
  }
}

async function compareNow(url: string, folder: string): Promise<number> {
  const open: OpenCase[] = []
  let at = new Date()
  for (let offset = 0; ; offset += 1000) {
    const page = await ask<{ as_of: string; total: number; rows: OpenCase[] }>(
      `${url}/api/exceptions?state=open&limit=1000&offset=${offset}`,
    )
    if (offset === 0) at = new Date(page.as_of)
    open.push(...page.rows)
    if (page.rows.length < 1000) break
  }
  const quarantine = await ask<{ rows: { message_id: string }[] }>(`${url}/api/quarantine?limit=1000`)
  const truth = readTruth(folder)
  const held = new Set(heldPlants(truth, at, marginMs))
  const report = compareTruth({
    // no run speaks of a plant whose gateway holds back
    truth: truth.map((line) => ({
      ...line,
      expected: line.expected.filter((found) => !held.has(found.plant)),
    })),
    open: open.filter((found) => !held.has(found.plant)),
    at,
    marginMs,
    quarantined: new Set(quarantine.rows.map((row) => row.message_id)),
  })
  process.stdout.write(
    `\nas of ${at.toISOString()}${held.size > 0 ? ` without ${[...held].join(', ')}` : ''}\n`,
  )
  process.stdout.write(`${writeReport(report)}\n`)
  const isEmpty = report.rows.every((row) => row.expected === 0)
  if (isEmpty) process.stdout.write('nothing was expected: this shows nothing\n')
  return report.missed.length + report.false.length + report.unquarantined.length + (isEmpty ? 1 : 0)
}

/** Until the demo has sent all that is past. */
async function waitForHistory(child: ChildProcess, folder: string): Promise<void> {
  const path = join(folder, 'demo', 'state.json')
  await until(child, 'the history of the demo', async () => {
    if (!existsSync(path)) return false
    const state = JSON.parse(readFileSync(path, 'utf8')) as { sent_to: string }
    return Date.now() - Date.parse(state.sent_to) < 30_000
  })
}

/** Until every check has judged every plant that can be judged, as of a moment after now. */
async function waitForRuns(child: ChildProcess, url: string): Promise<void> {
  const from = Date.now()
  type Last = { outcome: string; clock: string | null; started_at: string } | null
  await until(child, 'a run of every check', async () => {
    const { checks } = await ask<{ checks: { plants: { last: Last }[] }[] }>(`${url}/api/checks`)
    return checks
      .flatMap((check) => check.plants)
      .every(({ last }) => {
        if (!last) return false
        if (last.outcome !== 'ok') return Date.parse(last.started_at) > from
        return Date.parse(last.clock ?? '') > from
      })
  })
}

async function until(child: ChildProcess, what: string, isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + patience
  let last = ''
  const look = () =>
    isSo().catch((error: Error) => {
      last = `; ${error.message}`
      return false
    })
  while (!(await look())) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`the product ended with ${child.exitCode ?? child.signalCode}${last}`)
    if (Date.now() > end) throw new Error(`waited ${patience / 60_000} min for ${what}${last}`)
    await sleep(1_000)
  }
}

async function ask<Answer>(url: string): Promise<Answer> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`)
  return (await response.json()) as Answer
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

process.exitCode = await main()
