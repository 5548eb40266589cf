import { randomUUID } from 'node:crypto'
import type { Bus } from '../../server/core/bus.ts'
import type {
  CorrectionAct,
  CorrectionItem,
  CorrectionResult,
  Corrections,
  Sight,
} from '../../server/core/corrections.ts'
import { describeError, PlumblineError } from '../../server/core/errors.ts'
import type { DoorVerdict, FrontDoor } from '../../server/core/front-door.ts'
import { log } from '../../server/core/log.ts'
import { isWithin } from '../../server/core/reach.ts'
import type { QueryRow } from '../../sql/queries.gen.ts'
import type { Store } from '../../sql/store.ts'
import { createBeat } from './beat.ts'
import { addressMessage, diffMessages, hashMessage, readEnvelope, sentIdOf } from './message-text.ts'

type Message = QueryRow['correction_message']
/** One that is asked for, with the message it is about and what the door says of it. */
type Judged = { message: Message; text: string; verdict: DoorVerdict | undefined; result: CorrectionResult }

type Options = { store: Store; door: FrontDoor; bus: Bus; beatMs?: number; againMs?: number }

/**
 * Works messages in quarantine. An act is written down first, then sent, then read back: a process that dies in between
 * leaves an act without an outcome, which the next one sends again under the same id.
 */
export function createCorrections({
  store,
  door,
  bus,
  beatMs = 1_000,
  againMs = 30_000,
}: Options): Corrections {
  const sentAt = new Map<string, number>()
  let line: Promise<unknown> = Promise.resolve()
  /** One after the other: two people who act on one message see each other. */
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = line.then(work)
    line = result.catch(() => undefined)
    return result
  }

  const judge = async (items: CorrectionItem[], sight?: Sight): Promise<Judged[]> => {
    const found = await (sight?.store ?? store).query('correction_message', {
      ids: items.map((item) => item.id),
    })
    const known = new Map(found.map((row) => [row.id, row]))
    const asked = items.map((item) => {
      const message = known.get(item.id)
      if (!message)
        throw new PlumblineError('message_unknown', `There is no message ${item.id} in quarantine`, {
          status: 404,
          where: 'id',
          mend: 'Look it up in the list; messages are kept for 90 days.',
        })
      return { message, text: item.body ?? message.body }
    })
    const sendable = asked.map(({ message, text }) => refusalOf(message, text))
    const tried = await door.try(
      asked
        .filter((_, index) => sendable[index] === undefined)
        .map(({ message, text }) => addressMessage(text, message.message_id, message.attempt + 1)),
    )
    return asked.map(({ message, text }, index) => {
      const refusal = sendable[index]
      const verdict = refusal ? undefined : (tried.shift() as DoorVerdict)
      const beyond =
        verdict && sight && !isWithin(sight.reach, verdict.plant)
          ? `would be of plant "${verdict.plant}", which is out of your reach`
          : undefined
      const refused = refusal ?? beyond
      const reasons = refused ? [refused] : (verdict?.reasons ?? [])
      const codes = refused ? ['correction.refused'] : (verdict?.codes ?? [])
      const { id, message_id } = message
      const diff = diffMessages(message.body, text)
      return {
        message,
        text,
        verdict,
        result: { id, message_id, is_good: reasons.length === 0, reasons, codes, diff },
      }
    })
  }

  const send = async (
    act: CorrectionAct,
    items: CorrectionItem[],
    by: { actor: string; reason: string },
    sight?: Sight,
  ) => {
    const batch = randomUUID()
    const at = new Date().toISOString()
    const judged = await judge(items, sight)
    const good = judged.filter((each) => each.result.is_good)
    const rows = good.map(({ message, text, verdict }) => {
      const attempt = message.attempt + 1
      return {
        id: message.id,
        attempt,
        act,
        batch,
        ...by,
        at,
        sent_id: sentIdOf(message.message_id, attempt),
        source: verdict?.source,
        plant: verdict?.plant,
        key: verdict?.key,
        occurred_at: verdict?.occurred_at,
        before_hash: hashMessage(message.body),
        body: addressMessage(text, message.message_id, attempt),
        diff: diffMessages(message.body, text),
      }
    })
    if (rows.length > 0) await store.insert('corrections', rows)
    bus.tell('sources')
    beat.wake()
    return { batch, results: judged.map(({ result }) => result) }
  }

  /** What can be discarded, or taken back: nothing is sent. */
  const judgeMarks = async (act: CorrectionAct, items: CorrectionItem[], sight?: Sight) => {
    const found = await (sight?.store ?? store).query('correction_message', {
      ids: items.map((item) => item.id),
    })
    const from = act === 'discarded' ? ['open', 'refused'] : ['discarded']
    return found.map((message) => {
      const { id, message_id, state } = message
      const is_good = from.includes(state)
      const reasons = is_good ? [] : [`is ${state}; expected ${from.join(' or ')}`]
      const codes = reasons.map(() => 'correction.refused')
      return { message, result: { id, message_id, is_good, reasons, codes, diff: '' } }
    })
  }

  const mark = async (
    act: CorrectionAct,
    items: CorrectionItem[],
    by: { actor: string; reason: string },
    sight?: Sight,
  ) => {
    const batch = randomUUID()
    const at = new Date().toISOString()
    const judged = await judgeMarks(act, items, sight)
    const rows = judged
      .filter(({ result }) => result.is_good)
      .map(({ message: { id, attempt, body } }) => ({
        id,
        attempt: attempt + 1,
        act,
        batch,
        ...by,
        at,
        before_hash: hashMessage(body),
        occurred_at: at,
      }))
    if (rows.length > 0) await store.insert('corrections', rows)
    bus.tell('sources')
    return { batch, results: judged.map(({ result }) => result) }
  }

  /** Hands in what waits, and writes down what became of it. */
  const follow = async () => {
    const waiting = await store.query('correction_waiting', {})
    const outcomes = waiting
      .filter((row) => row.is_stored || row.is_refused)
      .map(({ id, attempt, is_stored, reasons, codes }) => ({
        id,
        attempt,
        outcome: is_stored ? 'accepted' : 'quarantined',
        at: new Date().toISOString(),
        reasons: is_stored ? [] : reasons,
        codes: is_stored ? [] : codes,
      }))
    if (outcomes.length > 0) {
      await store.insert('correction_outcomes', outcomes)
      bus.tell('sources')
    }
    for (const { id, attempt, sent_id, body, is_stored, is_refused } of waiting) {
      if (is_stored || is_refused) {
        sentAt.delete(sent_id)
        continue
      }
      // the same id again is the same fact: what a process that died had handed in is stored once
      if (Date.now() - (sentAt.get(sent_id) ?? 0) < againMs) continue
      sentAt.set(sent_id, Date.now())
      await door.submit(body).catch((error) => {
        sentAt.delete(sent_id)
        log.warn(
          { id, attempt, error: describeError(error) },
          'a corrected message was not taken; it is sent again',
        )
      })
    }
    return waiting.length > outcomes.length
  }
  const beat = createBeat('corrections', beatMs, follow)

  return {
    try: async (act, items, sight) =>
      (await (isMark(act) ? judgeMarks(act, items, sight) : judge(items, sight))).map(({ result }) => result),
    act: (act, items, by, sight) =>
      inTurn(() => (isMark(act) ? mark(act, items, by, sight) : send(act, items, by, sight))),
    start: beat.start,
    stop: beat.stop,
  }
}

const isMark = (act: CorrectionAct): boolean => act === 'discarded' || act === 'restored'

/** Why a text can't be sent in the place of a message at all, whatever its contract says. */
function refusalOf(message: Message, text: string): string | undefined {
  if (message.kind !== 'event')
    return 'is no event: what came as spans or bytes can only be sent again by its sender'
  if (message.state === 'waiting') return 'is being sent already; wait for what becomes of it'
  if (message.state === 'accepted') return 'was let in already, after a correction'
  if (message.state === 'discarded') return 'is discarded; restore it first'
  const [before, after] = [readEnvelope(message.body), readEnvelope(text)]
  if (!before) return 'was kept in part only, so that it can not be sent again'
  if (!after) return 'the text is not a JSON object'
  if (after.source !== before.source)
    return `source: expected "${String(before.source)}", which it came from; a correction speaks for the same system`
  return undefined
}
