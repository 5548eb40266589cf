import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { loadEstate } from '../core/estate.ts'
import { startBroker } from './broker.ts'
import { hour, iso, minute } from './effects.ts'
import { disturb } from './noise.ts'
import { startReplayEndpoint } from './replay-endpoint.ts'
import { createReplayer } from './replay-log.ts'
import { createSender, type Tell } from './sender.ts'
import { openDemoFiles } from './state-file.ts'
import { createWorld } from './world.ts'

export type RunOptions = {
  url: string
  dataFolder: string
  headers: Record<string, string>
  seed: number
  rate: number
  faultRate: number
  backfillHours: number
  chunkHours: number
  /** ms since 1970: the simulated company stops there, and nothing goes on live; undefined for the clock */
  endAt: number | undefined
  /** what requests to send messages again are signed with; nothing listens where it is absent */
  replaySecret?: string
}

export type RunHooks = {
  /** All up to `at` is acknowledged, and nothing after it is sent before this resolves. */
  onChunk(at: number): Promise<void>
  onBackfilled(): void
  /** The hub can be asked to send messages again, there. */
  onListening?(url: string): void
  tell: Tell
  stopped: AbortSignal
}

const tick = 1_000
const heartbeat = 10_000
/** Further behind than this, time is caught up in chunks. */
const mostBehind = 5 * minute

/**
 * Runs the simulated company against the product until `stopped`: what is past in chunks, then second by second. What
 * an earlier process has sent is generated again and skipped; what it may have sent half is sent whole, with the same
 * ids.
 */
export async function runDemo(options: RunOptions, hooks: RunHooks): Promise<void> {
  const clock = () => Math.min(Date.now(), options.endAt ?? Number.POSITIVE_INFINITY)
  // a world that stands still has no live part: its last minutes are history too
  const behind = options.endAt === undefined ? mostBehind : 0
  const { stopped, tell } = hooks
  const files = openDemoFiles(options.dataFolder)
  const known = files.readState()
  const state = known ?? beginState(options, clock())
  // before anything is sent: whatever happens then, the next start continues this world and begins no other
  if (!known) files.writeState(state)
  const epoch = Date.parse(state.epoch)
  let sentTo = Date.parse(state.sent_to)
  const world = createWorld({
    estate: loadEstate(fileURLToPath(new URL('./estate.yaml', import.meta.url))),
    seed: state.seed,
    epoch,
    storyAt: Date.parse(state.story_at),
    rate: state.rate,
    faultRate: state.fault_rate,
  })
  const replayer = createReplayer(world, options.dataFolder)
  // years of a demo left running are generated piece by piece, so that what is skipped is never held
  for (let at = epoch; at < sentTo; ) {
    at = Math.min(at + 24 * hour, sentTo)
    replayer.advance(at)
  }
  const sender = createSender({ url: options.url, headers: options.headers, stopped, tell })
  let isBackfilled = false
  let broker: ReturnType<typeof startBroker> | undefined
  let saidAt = 0
  const endpoint = options.replaySecret
    ? await startReplayEndpoint(options.replaySecret, replayer.ask)
    : undefined
  if (endpoint) hooks.onListening?.(endpoint.url)

  const catchUp = async (to: number) => {
    const { events, spans, truth } = replayer.advance(to)
    files.appendTruth(truth)
    const sendingSpans = sender.sendSpans(spans)
    sendingSpans.catch(() => undefined)
    await sender.sendEvents([...disturb(events, state.seed), ...world.watermarks(to)])
    // spans take no part in checks: they may still be on their way while these are judged
    // nobody looks for causes again in a world that stands still: there, its traces come first
    if (options.endAt !== undefined) await sendingSpans
    await Promise.all([sendingSpans, hooks.onChunk(to)])
    tell('info', `the demo has sent its history up to ${iso(to)}`, {
      events: events.length,
      spans: spans.length,
    })
  }
  const live = async (to: number) => {
    const { events, spans, truth } = replayer.advance(to)
    files.appendTruth(truth)
    const isBeat = to - saidAt >= heartbeat
    const sent = disturb(events, state.seed)
    // who says it is complete has sent all that came before
    const batch = isBeat ? [...sent, ...world.watermarks(to)] : sent
    await Promise.all([sender.sendEvents(batch), sender.sendSpans(spans)])
    if (isBeat) saidAt = to
    return isBeat
  }

  try {
    while (!stopped.aborted) {
      const now = clock()
      if (now - sentTo > behind) {
        const end = Math.min(sentTo + options.chunkHours * hour, now)
        const { breakAt } = world
        const to = breakAt !== undefined && breakAt > sentTo && breakAt < end ? breakAt : end
        await catchUp(to)
        sentTo = to
        files.writeState({ ...state, sent_to: iso(sentTo) })
        continue
      }
      // where time stands still no later run agrees with the last one, and a case closes after two
      if (!isBackfilled && options.endAt !== undefined) await hooks.onChunk(sentTo)
      if (!isBackfilled) hooks.onBackfilled()
      if (options.endAt !== undefined) {
        await once(stopped, 'abort')
        break
      }
      broker ??= startBroker({ url: options.url, headers: options.headers, read: world.queues })
      isBackfilled = true
      if (now > sentTo) {
        const isSaved = await live(now)
        sentTo = now
        if (isSaved) files.writeState({ ...state, sent_to: iso(sentTo) })
      }
      await sleep(Math.max(0, now + tick - Date.now()), undefined, { signal: stopped })
    }
  } catch (error) {
    if (!stopped.aborted) throw error
  } finally {
    files.writeState({ ...state, sent_to: iso(sentTo) })
    await Promise.all([sender.close(), broker?.stop(), endpoint?.close()])
  }
}

function beginState(options: RunOptions, now: number) {
  const epoch = iso(now - options.backfillHours * hour)
  return {
    seed: options.seed,
    epoch,
    story_at: iso(now),
    rate: options.rate,
    fault_rate: options.faultRate,
    sent_to: epoch,
  }
}
