import { randomInt } from 'node:crypto'
import { SpanKind, trace } from '@opentelemetry/api'
import { describeError } from '../../server/core/errors.ts'
import type { Estate } from '../../server/core/estate.ts'
import { createGate } from '../../server/core/gate.ts'
import { log } from '../../server/core/log.ts'
import { carryEvents, clearStaged } from '../../sql/events-load.ts'
import { createPassages } from '../../sql/passages.ts'
import type { Store } from '../../sql/store.ts'
import { kindOf, type SpoolKind, spoolKindNames } from './kinds.ts'
import { createLedger, type Load } from './ledger.ts'
import { createLine, type Line } from './line.ts'
import { isHalf } from './recover.ts'
import { judgeRefusal, patience, type Verdict } from './refusals.ts'
import { quarantineDamaged, quarantineSegment } from './rejected.ts'
import type { Segment, Spool } from './spool.ts'

/** Work that puts facts into the store under a load number; done one after another, committed by its row in `loads`. */
export type LoadJob<Result> = Load & { run: (loadSeq: string) => Promise<Result> }

/**
 * Carries a segment that the engine does not load as it lies. It is given what runs loads under numbers of their own, in
 * its turn; the segment is removed once it resolved, so that a crash in between carries it again.
 */
export type Carrier = (
  segment: Segment,
  load: <Result>(job: LoadJob<Result>) => Promise<Result>,
) => Promise<void>

export type Loader = {
  /** Runs a load of another kind, such as a file, in its turn. Its rows count once it resolved. */
  submit<Result>(job: LoadJob<Result>): Promise<Result>
  /** Resolves when everything acknowledged so far is in the store; of these kinds, or of all. */
  drain(kinds?: readonly SpoolKind[]): Promise<void>
  /** Does work while no load is under way, and none begins; what is acknowledged waits in the spool. */
  hold<Result>(work: () => Promise<Result>): Promise<Result>
  close(): Promise<void>
}

type Options = {
  store: Store
  spool: Spool
  estate: Estate
  onLoaded: (kind: string) => void
  /** How segments of kinds that have no loads get in; without one they stay in the spool */
  carriers?: Partial<Record<SpoolKind, Carrier>>
  /** The longest wait before a segment is tried again; default 5 s */
  longestWaitMs?: number
}

const onOneCore = { max_threads: 1, parallel_view_processing: 0 } as const
/** What came in is shown at most so late for the sake of those who read. */
const longestBehindMs = 20_000

const tracer = trace.getTracer('plumbline.collectors')

/**
 * Starts what carries sealed segments into the store. Facts (events, files, what sources pull) go through one line, so
 * that their load numbers are committed in order and a cut is a number; spans and measurements have lines of their own.
 */
export function startLoader({
  store,
  spool,
  estate,
  onLoaded,
  carriers = {},
  longestWaitMs = 5_000,
}: Options): Loader {
  const ledger = createLedger(store)
  const passages = createPassages(store)
  // how long each kind's last load took
  const took = new Map<SpoolKind, number>()
  let drains = 0
  let isClosing = false
  /**
   * Whether loads of a kind leave those who read a core, and half of the time: what comes in is safe in the spool. Not when
   * it is waited for, or has waited long.
   */
  const isGivingWay = (kind: SpoolKind) => {
    const since = spool.pending(kind)[0]?.since ?? Number.POSITIVE_INFINITY
    return store.isRead() && drains === 0 && !isClosing && performance.now() - since < longestBehindMs
  }
  const widthOf = (kind: SpoolKind) => (isGivingWay(kind) ? 1 : kindOf(kind).width)
  const lines = new Map(spoolKindNames.map((kind) => [kind, createLine(() => widthOf(kind))]))
  const facts = lines.get('events') as Line
  // all facts stand in one line
  lines.set('deliveries', facts)
  const underWay = new Set<Segment>()
  // kinds that stopped for good in front of a segment: nothing may overtake it
  const halted = new Set<SpoolKind>()
  const gate = createGate()
  let wakeUp: () => void = () => undefined
  const closing = new Promise<void>((resolve) => {
    wakeUp = resolve
  })

  const waitBefore = (attempt: number) =>
    Promise.race([pause(Math.min(longestWaitMs, 100 * 2 ** attempt)), closing])
  const giveWay = async (kind: SpoolKind) => {
    if (isGivingWay(kind)) await Promise.race([pause(took.get(kind) ?? 0), closing])
  }
  const isStuck = (kind: SpoolKind) => halted.has(kind) || !(kindOf(kind).loads || carriers[kind])
  const nextOf = (kind: SpoolKind) =>
    isStuck(kind) ? undefined : spool.pending(kind).find((segment) => !underWay.has(segment))

  /** A load of its own number, committed when it is done. */
  const runJob = async <Result>({ run, ...job }: LoadJob<Result>): Promise<Result> => {
    const loadSeq = await ledger.nextSeq()
    const started = performance.now()
    const result = await run(loadSeq)
    await passages.settle(loadSeq)
    await ledger.commit(loadSeq, { ...job, took_ms: Math.round(performance.now() - started) })
    onLoaded(job.kind)
    return result
  }

  /** All that is done with a segment, in one go. Every step may be repeated, after a crash too, and ends the same. */
  const loadOnce = async (segment: Segment): Promise<void> => {
    const kind = kindOf(segment.kind)
    const carry = carriers[segment.kind]
    if (carry) {
      await carry(segment, runJob)
      return spool.remove(segment)
    }
    const isAgain = segment.loadSeq !== undefined
    if (!isAgain) await spool.claim(segment, await ledger.nextSeq())
    const loadSeq = segment.loadSeq as string
    ledger.seen(loadSeq)
    const token = `${segment.kind}-${segment.name}-${segment.digest.toString(16)}`
    const staging = String(randomInt(2 ** 47))
    const settings = isGivingWay(segment.kind) ? onOneCore : {}
    const loads = (kind.loads?.(estate) ?? []).map((load, index) => ({
      ...load,
      settings: { ...load.settings, ...settings },
      lane: kind.lane,
      path: segment.path,
      params: { ...kind.params(estate), load_seq: loadSeq, staging },
      token: `${token}-${index}`,
    }))
    const started = performance.now()
    await traceLoad(segment, async () => {
      // what a try that came to no end has staged
      if (isAgain && segment.kind === 'events') await clearStaged(store, loadSeq)
      for (const load of loads) await store.insertFile(load)
      if (segment.kind !== 'events') return
      await carryEvents(store, { loadSeq, staging, token, settings })
      await passages.settle(loadSeq, settings)
      await clearStaged(store, loadSeq)
    })
    await ledger.commit(loadSeq, {
      kind: kind.signal,
      source: '',
      name: segment.name,
      bytes: segment.bytes,
      since: receivedAt(segment),
      took_ms: Math.round(performance.now() - started),
    })
    await spool.remove(segment)
  }
  /**
   * Tries until the engine has the segment, or has shown that it never will; true when it was committed. Nothing is
   * awaited outside of a try: whatever fails is waited for, and never tried again at once.
   */
  const loadSegment = async (segment: Segment): Promise<boolean> => {
    let refusals = 0
    let last: { error: unknown; verdict: Exclude<Verdict, 'away'> } | undefined
    for (let attempt = 1; ; attempt++)
      try {
        // one request that is not taken must not keep the others out: halves, until it stands alone
        if (last && refusals >= patience[last.verdict][isHalf(segment) ? 'half' : 'whole']) {
          if (await gate.pass(() => spool.split(segment))) return false
          if (refusals >= patience[last.verdict].alone) {
            const { error } = last
            await gate.pass(() => quarantineSegment(store, spool, segment, error))
            return false
          }
        }
        await gate.pass(() => loadOnce(segment))
        return true
      } catch (error) {
        const verdict = judgeRefusal(error)
        if (verdict !== 'away') {
          refusals++
          last = { error, verdict }
        }
        log.warn(
          { segment: segment.name, attempt, error: describeError(error) },
          'a segment could not be loaded; it stays in the spool and is tried again',
        )
        if (isClosing) return false
        await waitBefore(attempt)
      }
  }
  /** One segment a turn, so that a file waits for one segment and not for a whole backlog. */
  const loadNext = async (kind: SpoolKind) => {
    const segment = nextOf(kind)
    if (!segment) return
    underWay.add(segment)
    try {
      await giveWay(kind)
      const started = performance.now()
      if (await loadSegment(segment)) onLoaded(kindOf(kind).signal)
      took.set(kind, performance.now() - started)
    } finally {
      underWay.delete(segment)
      // while closing, what the engine won't take now stays for the next start, and so does what follows it
      if (isClosing && spool.pending(kind).includes(segment)) halted.add(kind)
      if (nextOf(kind)) void wake(kind)
    }
  }
  const wake = (kind: SpoolKind) =>
    (lines.get(kind) as Line)
      .run(() => loadNext(kind))
      .catch((error) =>
        log.error({ error: describeError(error) }, 'the loader stumbled; it goes on with the next segment'),
      )
  const drain = async (kinds: readonly SpoolKind[] = spoolKindNames) => {
    drains++
    try {
      await spool.seal(kinds)
      const isOpen = () => kinds.some((kind) => nextOf(kind) || lines.get(kind)?.isBusy())
      while (isOpen()) {
        for (const kind of kinds) if (nextOf(kind)) void wake(kind)
        await Promise.all(kinds.map((kind) => lines.get(kind)?.idle()))
        if (isClosing) return
      }
    } finally {
      drains--
    }
  }
  const tellDamaged = async () => {
    for (let attempt = 1; !isClosing; attempt++)
      try {
        return await facts.run(() => quarantineDamaged(store, spool.damaged))
      } catch (error) {
        log.warn({ attempt, error: describeError(error) }, 'what the disk has changed is told again later')
        await waitBefore(attempt)
      }
  }
  spool.onSealed((kind) => void wake(kind))
  void tellDamaged()
  for (const kind of spoolKindNames) for (const _segment of spool.pending(kind)) void wake(kind)

  return {
    submit: (job) => facts.run(() => gate.pass(() => runJob(job))),
    drain,
    hold: gate.hold,
    close: async () => {
      isClosing = true
      wakeUp()
      await drain()
      await Promise.all([...lines.values()].map((line) => line.idle()))
    },
  }
}

/** When the first of a segment was received, in milliseconds, by the clock as it is now: it has waited for so long. */
export const receivedAt = ({ since }: Segment): number => Math.round(Date.now() - (performance.now() - since))

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref())

/** A load is a span of ours, unless it is small enough to be only our own spans coming in. */
async function traceLoad(segment: Segment, work: () => Promise<void>): Promise<void> {
  if (segment.kind === 'traces' && segment.bytes < 20_000) return work()
  await tracer.startActiveSpan(
    `load ${segment.kind}`,
    {
      kind: SpanKind.CONSUMER,
      attributes: { 'plumbline.segment': segment.name, 'plumbline.bytes': segment.bytes },
    },
    async (span) => {
      try {
        await work()
      } finally {
        span.end()
      }
    },
  )
}
