import { readdirSync } from 'node:fs'
import type { Logger } from 'pino'
import type { Disk } from '../../server/core/disk.ts'
import { describeError, PlumblineError } from '../../server/core/errors.ts'
import type { Estate } from '../../server/core/estate.ts'
import type { SourceConfig } from '../../server/core/estate-schema.ts'
import { log as processLog } from '../../server/core/log.ts'
import type { SourceDesk, SourcePull } from '../../server/core/source-desk.ts'
import type { Store } from '../../sql/store.ts'
import type { Loader } from '../spool/loader.ts'
import { openPolls, waitAfter } from './pull/polls.ts'
import { newTally, type Tally } from './pull/tally.ts'
import type { Push } from './push/push.ts'
import type { Sample } from './rows/sample.ts'

/** The one line through which loads enter the store. */
export type LoadQueue = Pick<Loader, 'submit'>
export type SourceContext = {
  estate: Estate
  store: Store
  queue: LoadQueue
  log: Pick<Logger, 'warn'>
  settleMs: number
  /** Where what was fetched lies until it is in the store */
  folder: string
  /** Takes one request from a source's day; throws SourceError where none is left */
  spend: (source: string, perDay: number | undefined) => void
  /** Where what is sent to us is put down; absent where nothing is taken in */
  push: Push | undefined
}
/** Kinds of sources that have an adapter; events come in by themselves. */
export type PulledKind = Exclude<SourceConfig['kind'], 'events'>

/** A pulled source, opened: `poll` looks once and takes in what is new; resolves with whether anything was. */
export type OpenSource = {
  source: string
  everyMs: number
  /** After failures the next poll is no later than so; a quarter of an hour when absent */
  longestWaitMs?: number
  poll(tally: Tally): Promise<boolean>
  /** Fetches a little, to be looked at; keeps nothing and moves no cursor. */
  sample?(tally: Tally): Promise<Sample>
  /** Fetches what others told us has changed, by its key; between polls, and never beside one */
  fetchKeys?(tally: Tally): Promise<boolean>
  /** Stops what goes on between polls, until the next one */
  rest?(): Promise<void>
  close?(): Promise<void>
}

/** What a file of this folder exports as `adapter`: how one kind of source is read. */
export type SourceAdapter<Kind extends PulledKind = PulledKind> = {
  kind: Kind
  open(source: Extract<SourceConfig, { kind: Kind }>, context: SourceContext): OpenSource
}

export type Sources = SourceDesk & {
  /** Polls every source that is not paused once and resolves when all are done. */
  pollNow(): Promise<void>
  /** Starts no more polls, and resolves when those under way are done. */
  stop(): Promise<void>
}

/** Keys we are told of are fetched so soon, together with those that come meanwhile. */
const keysAfterMs = 500

/** The adapters of this folder by their kind: being here is being registered. */
export async function loadAdapters(): Promise<Map<string, SourceAdapter>> {
  const names = readdirSync(new URL('.', import.meta.url)).filter(
    (name) => name.endsWith('.ts') && name !== 'index.ts',
  )
  const found = new Map<string, SourceAdapter>()
  for (const name of names) {
    const { adapter } = (await import(new URL(name, import.meta.url).href)) as { adapter: SourceAdapter }
    found.set(adapter.kind, adapter)
  }
  return found
}

/**
 * Polls every pulled source of the estate, each by its own interval and never twice at once. A poll that fails is
 * logged and tried again at the next; it never ends the process.
 */
export function startSources(options: {
  estate: Estate
  store: Store
  queue: LoadQueue
  /** Where what was fetched lies until it is in the store */
  folder: string
  /** Where what is sent to us is put down */
  push?: Push
  /** Nothing is fetched while there is no room for it */
  disk?: Pick<Disk, 'refusal' | 'onRoom'>
  log?: Pick<Logger, 'warn'>
  /** How long a file must lie unchanged before it is read, in milliseconds; 1000 unless told */
  settleMs?: number
  /** Called after a poll that found something */
  onRead?: () => void
}): Sources {
  const { estate, store, queue, folder, push, disk, onRead, settleMs = 1000 } = options
  const log = options.log ?? processLog
  const polls = openPolls(store)
  let isStopped = false

  const open = async () => {
    const adapters = await loadAdapters()
    const steps = await store.query('source_steps', { limit: 1 })
    await polls.open()
    return estate.sources.flatMap((source) => {
      const adapter = source.kind === 'events' ? undefined : adapters.get(source.kind)
      if (!adapter) return []
      const last = steps.find((step) => step.source === source.source)
      const pull: SourcePull = {
        source: source.source,
        paused: last?.act === 'paused' ? { at: last.at, actor: last.actor, reason: last.reason } : null,
        held: '',
        polled_at: null,
        error: '',
        next_poll_at: null,
      }
      const opened = adapter.open(source as never, {
        estate,
        store,
        queue,
        log,
        settleMs,
        folder,
        spend: polls.spend,
        push,
      })
      return [
        {
          opened,
          pull,
          steppedAt: last ? Date.parse(last.at) : 0,
          line: Promise.resolve(),
          timer: undefined as NodeJS.Timeout | undefined,
          keys: undefined as NodeJS.Timeout | undefined,
          failures: 0,
          waitMs: 0,
        },
      ]
    })
  }
  const lines = new Map<string, Line>()
  const opened = open()
  type Line = Awaited<typeof opened>[number]

  const poll = (source: Line, ask: 'poll' | 'fetchKeys' = 'poll'): Promise<void> => {
    source.line = source.line.then(async () => {
      if (isStopped || source.pull.paused) return
      source.pull.held = disk?.refusal() ?? ''
      if (source.pull.held !== '') return
      source.pull.next_poll_at = null
      const tally = newTally()
      const startedAt = new Date()
      let failure: unknown
      try {
        if (await source.opened[ask]?.(tally)) onRead?.()
        source.failures = 0
      } catch (error) {
        failure = error
        source.failures++
        log.warn(
          { source: source.opened.source, error: describeError(error) },
          'a source could not be polled',
        )
      }
      source.pull.error = failure === undefined ? '' : describeError(failure)
      source.waitMs = waitAfter(source.opened.everyMs, source.failures, failure, source.opened.longestWaitMs)
      await polls
        .note(source.opened.source, startedAt, tally, failure)
        .catch((error) =>
          log.warn(
            { source: source.opened.source, error: describeError(error) },
            'a poll could not be noted',
          ),
        )
      source.pull.polled_at = new Date().toISOString()
      // what was named while it was failing, or behind our back
      const { source: name, fetchKeys } = source.opened
      if (fetchKeys && push && push.notices.waiting(name).length > 0) fetchSoon(source)
    })
    return source.line
  }
  const repeat = async (source: Line): Promise<void> => {
    clearTimeout(source.timer)
    await poll(source)
    if (isStopped || source.pull.paused) return
    // a poll that was asked for meanwhile has set its own
    soon(source)
  }
  /** Keys that come in quick succession are fetched together; where that fails the next poll does. */
  const fetchSoon = (source: Line): void => {
    if (source.keys || source.failures > 0) return
    source.keys = setTimeout(() => {
      source.keys = undefined
      void poll(source, 'fetchKeys').then(() => {
        if (source.failures > 0) soon(source)
      })
    }, keysAfterMs)
  }
  const soon = (source: Line): void => {
    if (isStopped || source.pull.paused) return
    clearTimeout(source.timer)
    // it goes on when there is room
    if (source.pull.held !== '') {
      source.pull.next_poll_at = null
      return
    }
    source.timer = setTimeout(() => void repeat(source), source.waitMs)
    source.pull.next_poll_at = new Date(Date.now() + source.waitMs).toISOString()
  }
  disk?.onRoom(() => {
    for (const source of lines.values()) if (source.pull.held !== '') void repeat(source)
  })
  void opened.then(
    (sources) => {
      for (const source of sources) {
        lines.set(source.opened.source, source)
        void repeat(source)
        if (source.opened.fetchKeys) push?.notices.onAdded(source.opened.source, () => fetchSoon(source))
      }
    },
    (error) => log.warn({ error: describeError(error) }, 'the sources could not be opened'),
  )

  return {
    pollNow: async () => {
      await Promise.all((await opened).map((source) => poll(source)))
    },
    list: () => [...lines.values()].map(({ pull }) => ({ ...pull })),
    act: async (name, act, { actor, reason }) => {
      const source = (await opened).find((one) => one.opened.source === name)
      if (!source || isSentTo(estate, name)) throw refuse(estate, name)
      if ((source.pull.paused !== null) === (act === 'paused'))
        throw new PlumblineError('source_stands_so', `"${name}" is ${act} already`, {
          status: 409,
          where: 'source',
          mend: 'Load the page again: somebody else was faster.',
        })
      // the last step counts: it must be the latest, too, where the clock was set back
      const at = new Date(Math.max(Date.now(), source.steppedAt + 1)).toISOString()
      source.steppedAt = Date.parse(at)
      await store.insert('source_steps', [{ source: name, at, act, actor, reason }])
      if (act === 'paused') {
        source.pull.paused = { at, actor, reason }
        source.pull.next_poll_at = null
        clearTimeout(source.timer)
        // what is being read is read to its end
        await source.line
        await source.opened.rest?.()
        return
      }
      source.pull.paused = null
      void repeat(source)
    },
    stop: async () => {
      isStopped = true
      for (const source of await opened.catch(() => [])) {
        clearTimeout(source.timer)
        clearTimeout(source.keys)
        await source.opened.close?.()
        await source.line
      }
    },
  }
}

/** Whether others call us, so that there is nothing to hold back. */
const isSentTo = ({ sources }: Pick<Estate, 'sources'>, name: string) =>
  sources.some(({ source, kind }) => source === name && (kind === 'events' || kind === 'webhook'))

function refuse({ sources }: Estate, name: string): PlumblineError {
  const source = sources.find((one) => one.source === name)
  const pulled = sources.filter((one) => !isSentTo({ sources }, one.source)).map((one) => one.source)
  if (!source)
    return new PlumblineError(
      'source_unknown',
      `"${name}" is not a source of this estate; expected one of ${pulled.join(', ') || 'none, since none is pulled'}`,
      { status: 404, where: 'source' },
    )
  return new PlumblineError('source_pushed', `"${name}" is sent to us: there is nothing to pause`, {
    status: 409,
    where: 'source',
    mend: 'Pause it where it is sent; what comes in meanwhile is taken, so that nothing is lost.',
  })
}
