import type { Bus } from '../../server/core/bus.ts'
import type { CheckInfo } from '../../server/core/check-info.ts'
import { PlumblineError } from '../../server/core/errors.ts'
import type { Estate } from '../../server/core/estate.ts'
import { log } from '../../server/core/log.ts'
import { listUnreachable } from '../../server/core/replay-address.ts'
import type { Replays } from '../../server/core/replays.ts'
import { isRowNumber } from '../../server/core/row-number.ts'
import type { QueryRow } from '../../sql/queries.gen.ts'
import type { Store } from '../../sql/store.ts'
import { createBeat } from './beat.ts'
import { freezeSelection } from './freeze.ts'
import { type Post, readTarget } from './request.ts'
import { sendPending, type Waits } from './send.ts'
import { verifySent } from './verify.ts'

/** What was asked for longer ago is not looked for any more. */
const longestLook = 7 * 86_400_000

type Options = {
  store: Store
  estate: Estate
  checks: readonly CheckInfo[]
  bus: Bus
  post: Post
  /** Why nothing that would come in is asked for now; '' while it may be */
  held?: () => Promise<string>
  beatMs?: number
  retryMs?: number
}

/** Asks integrations to send messages again; see server/core/replays.ts. Everything it knows is in the store. */
export function createReplays(options: Options): Replays {
  const { store, estate, checks, bus, post, beatMs = 1_000, retryMs = 5_000 } = options
  const { held = async () => '' } = options
  let saidHeld = ''
  const stopping = new AbortController()
  const waits: Waits = new Map()
  let line: Promise<unknown> = Promise.resolve()
  /** One decision after the other: each sees those before it. */
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = line.then(work)
    line = result.catch(() => undefined)
    return result
  }

  const read = async (replay: string) => {
    const [row] = isRowNumber(replay)
      ? await store.query('replay_list', { replay, number: '0', limit: 1, offset: 0 })
      : []
    if (!row || replay === '0')
      throw new PlumblineError('replay_unknown', `There is no replay ${replay}`, {
        status: 404,
        where: 'replay',
      })
    return { row, steps: await store.query('replay_steps_of', { replays: [Number(replay)] }) }
  }
  const decide = (replay: string, act: 'approved' | 'begun' | 'cancelled', actor: string, check: Check) =>
    inTurn(async () => {
      const { row, steps } = await read(replay)
      if (steps.some((step) => step.act === 'cancelled'))
        throw refuse('replay_cancelled', 'It was called off')
      check(row, steps)
      await store.insert('replay_steps', [
        { replay, item: '', act, at: new Date().toISOString(), actor, detail: '', proof: '' },
      ])
      bus.tell('replays')
      beat.wake()
    })

  const follow = async () => {
    const since = new Date(Date.now() - longestLook)
    const pending = await store.query('replay_pending', { since })
    const isToSend = (item: { state: string }) => item.state === 'frozen' || item.state === 'sending'
    const toSend = pending.filter(isToSend)
    const why = toSend.length > 0 ? await held() : ''
    if (why !== saidHeld && why !== '')
      log.warn({ why, items: toSend.length }, 'replays wait: nothing is asked for that could not be taken')
    saidHeld = why
    if (why === '')
      await sendPending({ store, estate, post, waits, retryMs, signal: stopping.signal }, toSend)
    const found = await verifySent(
      { store, estate },
      pending.filter((item) => !isToSend(item)),
    )
    if (toSend.length + found > 0) bus.tell('replays')
    return pending.length > 0
  }
  const beat = createBeat('replays', beatMs, follow)

  return {
    freeze: ({ flow: name, selection, actor, reason, sees }) =>
      inTurn(async () => {
        const { endpoint } = readTarget(estate, name)
        const flow = estate.flowOf.get(name) as Estate['flows'][number]
        const items = await freezeSelection({ store, estate, checks, ...sees }, flow, selection)
        const [highest] = await store.query('replay_highest', {})
        const replay = String(BigInt(highest?.replay ?? '0') + 1n)
        // the items first: a replay that is there is whole
        await store.insert(
          'replay_items',
          items.map((item) => ({ replay, ...item })),
        )
        const { approve_above } = endpoint
        const at = new Date().toISOString()
        await store.insert('replays', [
          { replay, flow: name, actor, reason, selection: JSON.stringify(selection), approve_above, at },
        ])
        bus.tell('replays')
        return replay
      }),
    approve: (replay, actor) =>
      decide(replay, 'approved', actor, (row, steps) => {
        if (steps.some((step) => step.act === 'begun')) throw refuse('replay_begun', 'It has begun already')
        if (row.actor === actor)
          throw refuse('second_person', `${actor} made it; expected another person to approve it`)
      }),
    begin: (replay, actor) =>
      decide(replay, 'begun', actor, (row, steps) => {
        if (steps.some((step) => step.act === 'begun')) throw refuse('replay_begun', 'It has begun already')
        if (row.to_send === 0) throw refuse('replay_empty', 'Nothing of it is to be sent: all is left out')
        if (row.to_send > row.approve_above && !steps.some((step) => step.act === 'approved'))
          throw refuse(
            'second_person',
            `It would send ${row.to_send} messages; more than ${row.approve_above} need a second person to approve`,
          )
        readTarget(estate, row.flow)
      }),
    cancel: (replay, actor) => decide(replay, 'cancelled', actor, () => undefined),
    start: async () => {
      for (const { where, message } of listUnreachable(estate.flows))
        log.warn({ where, message }, 'an integration cannot be asked to send again')
      await beat.start()
    },
    stop: async () => {
      stopping.abort()
      await beat.stop()
    },
  }
}

type Check = (row: QueryRow['replay_list'], steps: QueryRow['replay_steps_of'][]) => void

const refuse = (code: string, message: string) =>
  new PlumblineError(code, message, { status: 409, where: 'replay' })
