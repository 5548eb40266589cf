import { readdirSync } from 'node:fs'
import type { Logger } from 'pino'
import { describeError } from '../../server/core/errors.ts'
import type { Estate } from '../../server/core/estate.ts'
import type { SourceConfig } from '../../server/core/estate-schema.ts'
import { log as processLog } from '../../server/core/log.ts'
import type { Store } from '../../sql/store.ts'
import type { Loader } from '../spool/loader.ts'

/** The one line through which loads enter the store. */
export type LoadQueue = Pick<Loader, 'submit'>
export type SourceContext = {
  estate: Estate
  store: Store
  queue: LoadQueue
  log: Pick<Logger, 'warn'>
  settleMs: number
}
/** Kinds of sources that are pulled; events come in by themselves. */
export type PulledKind = Exclude<SourceConfig['kind'], 'events'>

/** A pulled source, opened: `poll` looks once and takes in what is new; resolves with whether anything was. */
export type OpenSource = { source: string; everyMs: number; poll(): Promise<boolean> }

/** What a file of this folder exports as `adapter`: how one kind of source is read. */
export type SourceAdapter<Kind extends PulledKind = PulledKind> = {
  kind: Kind
  open(source: Extract<SourceConfig, { kind: Kind }>, context: SourceContext): OpenSource
}

export type Sources = {
  /** Polls every source once and resolves when all are done. */
  pollNow(): Promise<void>
  /** Starts no more polls, and resolves when those under way are done. */
  stop(): Promise<void>
}

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
  log?: Pick<Logger, 'warn'>
  /** How long a file must lie unchanged before it is read, in milliseconds; 1000 unless told */
  settleMs?: number
  /** Called after a poll that found something */
  onRead?: () => void
}): Sources {
  const { estate, store, queue, onRead, settleMs = 1000 } = options
  const log = options.log ?? processLog
  const timers = new Set<NodeJS.Timeout>()
  let isStopped = false

  const open = async () => {
    const adapters = await loadAdapters()
    return estate.sources.flatMap((source) => {
      const adapter = source.kind === 'events' ? undefined : adapters.get(source.kind)
      return adapter
        ? [
            {
              opened: adapter.open(source as never, { estate, store, queue, log, settleMs }),
              line: Promise.resolve(),
            },
          ]
        : []
    })
  }
  const opened = open()
  type Line = Awaited<typeof opened>[number]

  const poll = (source: Line): Promise<void> => {
    source.line = source.line.then(async () => {
      if (isStopped) return
      try {
        if (await source.opened.poll()) onRead?.()
      } catch (error) {
        log.warn(
          { source: source.opened.source, error: describeError(error) },
          'a source could not be polled',
        )
      }
    })
    return source.line
  }
  const repeat = async (source: Line): Promise<void> => {
    await poll(source)
    if (isStopped) return
    const timer = setTimeout(() => {
      timers.delete(timer)
      void repeat(source)
    }, source.opened.everyMs)
    timers.add(timer)
  }
  void opened.then(
    (sources) => sources.map(repeat),
    (error) => log.warn({ error: describeError(error) }, 'the sources could not be opened'),
  )

  return {
    pollNow: async () => {
      await Promise.all((await opened).map(poll))
    },
    stop: async () => {
      isStopped = true
      for (const timer of timers) clearTimeout(timer)
      await Promise.all((await opened.catch(() => [])).map((source) => source.line))
    },
  }
}
