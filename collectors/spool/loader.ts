import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { SpanKind, trace } from '@opentelemetry/api'
import { describeError } from '../../server/core/errors.ts'
import type { Estate } from '../../server/core/estate.ts'
import { log } from '../../server/core/log.ts'
import { type Store, StoreError } from '../../sql/store.ts'
import { spoolKinds } from './kinds.ts'
import type { Segment, Spool } from './spool.ts'

/** Work that puts facts into the store under a load number; done one after another, committed by its row in `loads`. */
export type LoadJob<Result> = {
  kind: string
  source: string
  name: string
  bytes: number
  run: (loadSeq: string) => Promise<Result>
}

export type Loader = {
  /** Runs a load of another kind, such as a file, in its turn. Its rows count once it resolved. */
  submit<Result>(job: LoadJob<Result>): Promise<Result>
  /** Resolves when everything acknowledged so far is in the store. */
  drain(): Promise<void>
  close(): Promise<void>
}

type Options = { store: Store; spool: Spool; estate: Estate; onLoaded: (kind: string) => void }

/** Codes of the engine that say the content of a segment can't be parsed; anything else may pass. */
const contentErrors = new Set([
  6, 25, 26, 27, 33, 38, 41, 53, 69, 70, 72, 117, 131, 349, 407, 432, 434, 436, 444,
])
const longestWaitMs = 5_000
const tracer = trace.getTracer('plumbline.collectors')

/** Starts the one line through which everything enters the store. */
export function startLoader({ store, spool, estate, onLoaded }: Options): Loader {
  let last = 0
  let line: Promise<unknown> = Promise.resolve()
  let isClosing = false
  let isWaiting = false

  /** Load numbers rise over restarts: microseconds, or one more than the last. */
  const nextSeq = async () => {
    if (last === 0) last = Number((await store.query('newest_load', {}))[0]?.load_seq ?? 0)
    last = Math.max(last + 1, Date.now() * 1000)
    return String(last)
  }
  const commit = (loadSeq: string, job: Omit<LoadJob<unknown>, 'run'>) =>
    store.insert(
      'loads',
      [
        {
          load_seq: loadSeq,
          kind: job.kind,
          source: job.source,
          name: job.name,
          bytes: job.bytes,
          loaded_at: new Date().toISOString(),
        },
      ],
      { lane: 'load' },
    )
  const inLine = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = line.then(work)
    line = result.catch(() => undefined)
    return result
  }

  /** Tries until the engine has the segment, or has shown that it never will. True when it was committed. */
  const loadSegment = async (segment: Segment): Promise<boolean> => {
    const kind = spoolKinds[segment.kind]
    if (segment.loadSeq === undefined) await spool.claim(segment, await nextSeq())
    const loadSeq = segment.loadSeq as string
    last = Math.max(last, Number(loadSeq))
    const load = {
      ...kind.load,
      path: segment.path,
      params: { ...kind.params(estate), load_seq: loadSeq },
      token: `${segment.kind}-${segment.name}`,
    }
    for (let attempt = 1; ; attempt++)
      try {
        await traceLoad(segment, () => store.insertFile(load))
        await commit(loadSeq, { kind: segment.kind, source: '', name: segment.name, bytes: segment.bytes })
        await spool.remove(segment)
        return true
      } catch (error) {
        const isContent = error instanceof StoreError && contentErrors.has(error.code)
        if (isContent && attempt >= 3) return await rejectSegment(segment, error).then(() => false)
        log.warn(
          { segment: segment.name, attempt, error: describeError(error) },
          'a segment could not be loaded; it stays in the spool and is tried again',
        )
        if (isClosing) return false
        await sleep(Math.min(longestWaitMs, 100 * 2 ** attempt))
      }
  }
  /** What the engine will never take is kept as a file and shown in quarantine; it must not block what follows. */
  const rejectSegment = async (segment: Segment, error: unknown) => {
    const body = (await readFile(segment.path)).subarray(0, 4000).toString('utf8')
    const row = {
      received_at: new Date().toISOString(),
      source: 'spool',
      kind: segment.kind,
      system: '',
      plant: '',
      message_id: segment.name,
      position: `spool/rejected/${segment.kind}-${segment.name}`,
      reasons: [describeError(error)],
      body,
    }
    // said first, moved then: a crash between them says it once more, and loses nothing
    await store.insert('quarantine', [row], { lane: 'load', token: `rejected-${segment.name}` })
    const path = await spool.setAside(segment)
    log.error(
      { segment: segment.name, path, error: describeError(error) },
      'a segment was set aside: the engine cannot read it',
    )
  }
  /** One segment a turn, so that a file waits for one segment and not for a whole backlog. */
  const loadNext = async () => {
    isWaiting = false
    const segment = spool.next()
    if (!segment) return
    try {
      if (await loadSegment(segment)) onLoaded(segment.kind)
    } finally {
      // while closing, what the engine won't take now stays for the next start
      if (spool.next() && !(isClosing && spool.next() === segment)) wake()
    }
  }
  const wake = () => {
    if (isWaiting) return
    isWaiting = true
    void inLine(loadNext).catch((error) =>
      log.error({ error: describeError(error) }, 'the loader stumbled; it goes on with the next segment'),
    )
  }
  const drain = async () => {
    await spool.seal()
    for (const segment of spool.pending())
      while (spool.pending().includes(segment)) {
        wake()
        await inLine(async () => undefined)
        if (isClosing && spool.next() === segment) return
      }
    await inLine(async () => undefined)
  }
  spool.onSealed(wake)
  wake()

  return {
    submit: (job) =>
      inLine(async () => {
        const loadSeq = await nextSeq()
        const result = await job.run(loadSeq)
        await commit(loadSeq, job)
        onLoaded(job.kind)
        return result
      }),
    drain,
    close: async () => {
      isClosing = true
      await drain()
    },
  }
}

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
