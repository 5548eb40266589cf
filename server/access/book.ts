import { randomUUID } from 'node:crypto'
import type { QueryRow } from '../../sql/queries.gen.ts'
import type { Store } from '../../sql/store.ts'
import { moment, notBefore } from '../core/moment.ts'
import type { Step, StepBody, StepName, TokenKind } from './steps.ts'

/** Somebody who can sign in, or could. */
export type Person = {
  id: string
  login: string
  name: string
  groups: readonly string[]
  /** '' of somebody whose password is kept here; the provider of all others */
  issuer: string
  /** argon2id; '' before they chose one */
  password: string
  invited: { code_hash: string; until: string } | null
  is_disabled: boolean
  signed_out_at: string
  made_at: string
}

export type Session = {
  person: string
  begun_at: string
  ended_at: string
  address: string
  agent: string
}

export type Token = StepBody['token_made'] & {
  id: string
  kind: TokenKind
  made_at: string
  made_by: string
  /** the secret it had before, for as long as that counts */
  before: { hash: string; until: string } | null
  revoked_at: string
  used_at: string
}

/** Everything that is known of who may come in, as its steps have made it. */
export type Book = {
  people: ReadonlyMap<string, Person>
  sessions: ReadonlyMap<string, Session>
  tokens: ReadonlyMap<string, Token>
  /** Writes a step down and takes it in; when it resolves it is on disk. */
  write<Name extends StepName>(
    step: Name,
    subject: string,
    actor: string,
    body: StepBody[Name],
  ): Promise<void>
  /** Takes in what other processes have written; asked for often, it reads once a second. */
  refresh(): Promise<void>
}

/** Another process's clock may be behind, and its step come in late. */
const overlapMs = 10_000
const refreshMs = 1_000

/**
 * Opens the book of who may come in.
 * @param longestMs how long a session lasts at most: what began before is not read
 */
export async function openBook(store: Store, longestMs: number): Promise<Book> {
  const people = new Map<string, Person>()
  const sessions = new Map<string, Session>()
  const tokens = new Map<string, Token>()
  const seen = new Set<string>()
  let last = 0
  let readAt = 0

  const forget = (person: string) => {
    people.delete(person)
    for (const [hash, session] of sessions) if (session.person === person) sessions.delete(hash)
    for (const [id, token] of tokens) if (token.owner === person) tokens.delete(id)
  }
  const take = (step: Step) => {
    if (seen.has(step.id)) return
    seen.add(step.id)
    last = Math.max(last, Date.parse(step.at))
    // a session that begins after somebody was signed out must look so, whatever the clock does
    notBefore(step.at)
    if (step.step === 'person_erased') forget(step.subject)
    else if (step.step.startsWith('person_')) takePerson(people, step)
    else if (step.step.startsWith('session_')) takeSession(sessions, step)
    else takeToken(tokens, step)
  }
  const read = async () => {
    readAt = Date.now()
    const since = new Date(Math.max(0, Math.min(last, readAt) - overlapMs))
    const rows = await store.query('access_steps', {
      since,
      sessions_since: new Date(Date.now() - longestMs),
    })
    for (const row of rows) take(asStep(row))
  }
  await read()
  return {
    people,
    sessions,
    tokens,
    write: async (step, subject, actor, body) => {
      const made = { at: moment(), id: randomUUID(), subject, step, actor, body }
      await store.insert('access_steps', [{ ...made, body: JSON.stringify(body) }], { lane: 'read' })
      take(made as unknown as Step)
      for (const [hash, { begun_at }] of sessions)
        if (Date.parse(begun_at) < Date.now() - longestMs) sessions.delete(hash)
    },
    refresh: async () => {
      if (store.engine === 'clickhouse' && Date.now() - readAt > refreshMs) await read()
    },
  }
}

const asStep = ({ body, ...row }: QueryRow['access_steps']) =>
  ({ ...row, body: JSON.parse(body) }) as unknown as Step

function takePerson(people: Map<string, Person>, { step, subject, at, body }: Step): void {
  const known = people.get(subject)
  const change = (given: Partial<Person>) => known && people.set(subject, { ...known, ...given })
  const begin = { id: subject, password: '', is_disabled: false, signed_out_at: '', made_at: at }
  switch (step) {
    case 'person_invited': {
      const { login, name, groups, code_hash, until } = body as StepBody['person_invited']
      const given = { login, name, groups, invited: { code_hash, until } }
      return void people.set(subject, { ...begin, issuer: '', ...known, ...given })
    }
    case 'person_met': {
      const { login, name, groups, issuer } = body as StepBody['person_met']
      return void people.set(subject, { ...begin, invited: null, ...known, login, name, groups, issuer })
    }
    case 'person_joined':
      // whoever had the old password is out
      return void change({
        invited: null,
        password: (body as StepBody['person_joined']).password,
        signed_out_at: at,
      })
    case 'person_moved':
      return void change({ groups: (body as StepBody['person_moved']).groups })
    case 'person_disabled':
      return void change({ is_disabled: true, signed_out_at: at })
    case 'person_enabled':
      return void change({ is_disabled: false })
    case 'person_signed_out':
      return void change({ signed_out_at: at })
  }
}

function takeSession(sessions: Map<string, Session>, { step, subject, at, body }: Step): void {
  const known = sessions.get(subject)
  if (step === 'session_begun')
    sessions.set(subject, {
      ...(body as StepBody['session_begun']),
      begun_at: at,
      ended_at: known?.ended_at ?? '',
    })
  else if (known) sessions.set(subject, { ...known, ended_at: at })
}

function takeToken(tokens: Map<string, Token>, { step, subject, at, actor, body }: Step): void {
  const known = tokens.get(subject)
  if (step === 'token_made') {
    const made = body as StepBody['token_made']
    tokens.set(subject, {
      ...made,
      id: subject,
      made_at: at,
      made_by: actor,
      before: null,
      revoked_at: '',
      used_at: '',
    })
  }
  if (!known) return
  if (step === 'token_rotated') {
    const { hash, until } = body as StepBody['token_rotated']
    tokens.set(subject, { ...known, hash, before: { hash: known.hash, until } })
  }
  if (step === 'token_revoked') tokens.set(subject, { ...known, revoked_at: at })
  if (step === 'token_used') tokens.set(subject, { ...known, used_at: at })
}
