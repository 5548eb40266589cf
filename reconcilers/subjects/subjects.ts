import { randomBytes, randomUUID } from 'node:crypto'
import type { Bus } from '../../server/core/bus.ts'
import { describeError, PlumblineError } from '../../server/core/errors.ts'
import type { Estate } from '../../server/core/estate.ts'
import { log } from '../../server/core/log.ts'
import type { SubjectAsked, SubjectDesk, SubjectRequest } from '../../server/core/subjects.ts'
import type { FinishCase } from '../../sql/cases.ts'
import { type Store, StoreError } from '../../sql/store.ts'
import { countRows, type SubjectParams } from '../../sql/subjects.ts'
import { deleteRows } from '../../sql/sweep.ts'
import type { Check } from '../check.ts'
import { createBeat } from '../replay/beat.ts'
import { countPlaces, type Erasing, eraseSubject } from './erase.ts'
import { exportPlaces } from './export.ts'
import { type Asked, readRequests, stepBody } from './requests.ts'
import { checksOf, digestSubject, type KnownPerson, resolveSubject } from './resolve.ts'
import { findPlaces } from './tables.ts'
import type { NoteMasked } from './trail.ts'

/** One that nobody confirmed for so long is withdrawn: what it looks for is not kept for nothing. */
const longestAskedMs = 30 * 86_400_000

/** What writes down who did what, and what is known of people. */
export type SubjectTrail = {
  note: NoteMasked
  done(request: SubjectRequest): Promise<void>
}
type Options = {
  store: Store
  estate: Estate
  checks: readonly Check[]
  bus: Bus
  finish: FinishCase
  people: { find(id: string): KnownPerson; erase(id: string, actor: string): Promise<void> }
  trail: SubjectTrail
  /** What waits in the spool: nothing is done before all that was acknowledged until then is in the store */
  spool: () => { waiting_bytes: number; oldest_s: number }
  /** Between runs */
  alone: <Result>(work: () => Promise<Result>) => Promise<Result>
  beatMs?: number
}
export type Subjects = SubjectDesk & { start(): Promise<void>; stop(): Promise<void>; wake(): void }

/** Requests about people and keys. Everything it knows is in the store; where it is started, it does what was confirmed. */
export function createSubjects(options: Options): Subjects {
  const { store, estate, checks, bus, people, trail, spool, alone, beatMs = 1_000 } = options

  const paramsOf = ({ request, kind, plant, mask }: SubjectRequest): SubjectParams => ({
    request,
    mask,
    plant,
    checks: checksOf(kind, checks).checks,
    is_order: kind === 'order' ? 1 : 0,
  })
  const write = (request: string, step: string, actor: string, body: object) =>
    store.insert('subject_requests', [
      { request, step, at: new Date().toISOString(), actor, body: JSON.stringify(body) },
    ])
  const read = async (request: string): Promise<SubjectRequest> => {
    const [found] = await readRequests(store, request)
    if (found) return found
    throw new PlumblineError('subject_request_unknown', `There is no request ${request}`, {
      status: 404,
      where: 'request',
    })
  }
  const forget = (request: string) =>
    deleteRows(store, 'subject_values', 'request = {request:String}', { request })
  const expectAsked = ({ state }: SubjectRequest) => {
    if (state !== 'asked')
      throw new PlumblineError('subject_request_decided', `It is ${state} already`, { status: 409 })
  }

  /** @returns why it has to wait; '' when it may begin */
  const findHoldup = ({ confirmed_at }: SubjectRequest): string => {
    let waits: ReturnType<typeof spool>
    try {
      waits = spool()
    } catch (error) {
      return `what waits to be loaded is not known: ${describeError(error)}`
    }
    const { waiting_bytes, oldest_s } = waits
    const isBehind = waiting_bytes > 0 && Date.now() - oldest_s * 1000 <= Date.parse(confirmed_at ?? '')
    return isBehind ? 'what was acknowledged before it is not in the store yet' : ''
  }

  const erase = async (request: SubjectRequest): Promise<void> => {
    const params = paramsOf(request)
    const known = (await stepBody(store, request.request, 'begun')) as Erasing['known']
    const proof = await alone(() =>
      eraseSubject({
        store,
        estate,
        checks,
        finish: options.finish,
        kind: request.kind,
        params,
        actor: request.confirmed_by,
        known,
        keep: (found) => write(request.request, 'begun', request.confirmed_by, found),
        noteMasked: trail.note,
      }),
    )
    bus.tell('exceptions', 'events', 'spans', 'sources', 'runs')
    if (!proof) return hold(request, 'rows were found again after it; it goes on')
    // who comes in between finds it done without its proof in the trail, and it is written again
    await trail.done({ ...request, proof })
    await write(request.request, 'done', request.confirmed_by, proof)
    await forget(request.request)
    log.info(
      { request: request.request, rows: proof.rows_before },
      'what was kept of a subject is deleted on request',
    )
  }
  const hold = async (request: SubjectRequest, holdup: string) => {
    if (request.holdup !== holdup) await write(request.request, 'holdup', '', { holdup })
  }

  /** The engine's own words may hold what is looked for: they are not told. */
  const failed = async (request: SubjectRequest, error: unknown) => {
    const where =
      error instanceof StoreError ? { code: error.code, statement: error.statement.slice(0, 60) } : {}
    log.error(
      { request: request.request, ...where, error: (error as Error).name },
      'a deletion on request failed; it is tried again',
    )
    await hold(request, 'a step of it failed; it is tried again, and the log says where')
  }

  const follow = async (): Promise<boolean> => {
    const all = await readRequests(store)
    const open = all.filter(({ state }) => !isOver(state))
    // what was broken off between the two
    const kept = await store.rows<{ request: string }>('SELECT DISTINCT request FROM subject_values')
    for (const { request } of kept) if (!open.some((each) => each.request === request)) await forget(request)
    for (const request of open) {
      if (request.state === 'asked') {
        if (Date.now() - Date.parse(request.asked_at) > longestAskedMs) await withdraw(request, 'plumbline')
        continue
      }
      const holdup = request.state === 'working' ? '' : findHoldup(request)
      if (holdup) await hold(request, holdup)
      else await erase(request).catch((error) => failed(request, error))
    }
    return open.some(({ state }) => state !== 'asked')
  }
  const withdraw = async (request: SubjectRequest, actor: string) => {
    await forget(request.request)
    await write(request.request, 'withdrawn', actor, {})
  }
  const beat = createBeat('subjects', beatMs, follow)

  return {
    ask: async (asked, { reason, reference, actor }) => {
      const request = randomUUID()
      const found = await resolveSubject({ store, estate, checks, findPerson: people.find }, asked)
      expectNamesNobody(asked, [reason, reference])
      const salt = randomBytes(16).toString('hex')
      const first: Asked = {
        kind: asked.kind,
        plant: 'plant' in asked ? asked.plant : '',
        reference,
        reason,
        salt,
        subject_sha256: digestSubject(salt, asked),
        mask: `deleted-${request.slice(0, 8)}`,
        documents: found.documents,
        tables: [],
      }
      // the request first: values of none are forgotten
      await write(request, 'asked', actor, first)
      await store.insert(
        'subject_values',
        found.values.map((value) => ({ request, ...value })),
      )
      const params = paramsOf(await read(request))
      const { places } = await findPlaces(store, asked.kind)
      const tables = (await countPlaces(store, places, params))
        .filter(({ before }) => before > 0)
        .map(({ table, how, says, before }) => ({ table, how, says, rows: before }))
      await write(request, 'asked', actor, { ...first, tables })
      return read(request)
    },
    list: () => readRequests(store),
    read,
    export: async function* (request) {
      const known = await read(request)
      if (isOver(known.state))
        throw new PlumblineError(
          'subject_request_decided',
          `It is ${known.state}: what it looked for is forgotten`,
          { status: 409 },
        )
      const { places } = await findPlaces(store, known.kind)
      yield* exportPlaces(store, places, paramsOf(known))
    },
    confirm: async (request, actor) => {
      const known = await read(request)
      expectAsked(known)
      if (known.kind === 'person') await expectNoUser(store, known, paramsOf(known))
      if (known.kind === 'user') {
        const [row] = await store.rows<{ value: string }>(
          "SELECT value FROM subject_values WHERE request = {request:String} AND what = 'person'",
          { request },
        )
        await people.erase(row?.value ?? '', actor)
      }
      await write(request, 'confirmed', actor, {})
      beat.wake()
      return read(request)
    },
    withdraw: async (request, actor) => {
      const known = await read(request)
      expectAsked(known)
      await withdraw(known, actor)
      return read(request)
    },
    start: beat.start,
    stop: beat.stop,
    wake: beat.wake,
  }
}

const isOver = (state: SubjectRequest['state']) => state === 'done' || state === 'withdrawn'

/** The record of a request stays: it must not say what it deletes. */
function expectNamesNobody(asked: SubjectAsked, texts: readonly string[]): void {
  const values = asked.kind === 'person' ? asked.values : asked.kind === 'user' ? [] : [asked.key]
  const named = values.some((value) => texts.some((text) => text.toLowerCase().includes(value.toLowerCase())))
  if (named)
    throw new PlumblineError(
      'reason_names_subject',
      'The reason or the reference says what is to be deleted; they are kept',
      {
        status: 422,
        where: 'reason',
        mend: 'Name the request by its number in your own register.',
      },
    )
}

/** Somebody whose value it is signs in here: they are deleted as such, or could not sign in any more. */
async function expectNoUser(store: Store, { request }: SubjectRequest, params: SubjectParams): Promise<void> {
  const where = `match(body, (SELECT any(value) FROM subject_values WHERE request = {request:String} AND what = 'pattern'))`
  const { rows } = await countRows(store, 'access_steps', where, params)
  if (rows === 0) return
  throw new PlumblineError('subject_signs_in', 'Somebody of this name or address signs in here', {
    status: 409,
    where: request,
    mend: 'Delete them first, by a request about somebody who signs in.',
  })
}
