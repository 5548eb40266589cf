import type { Book, Person } from './book.ts'
import { hashSecret, newSecret } from './secrets.ts'

/** The cookie of a session holds a secret and when it was last used; it is signed, so that neither is of somebody else's making. */
type SessionWord = { secret: string; seen_at: number }

/** A session that is used is given a new word this often, or sooner where it is over sooner. */
const mostRenewMs = 60_000

export type Sessions = ReturnType<typeof createSessions>

/**
 * The sessions of people who are signed in.
 * @param limits when one is over that nobody uses, and when every one is; milliseconds
 */
export function createSessions(
  book: Book,
  { idle, longest }: { idle: number; longest: number },
  now = Date.now,
) {
  const renewMs = Math.min(mostRenewMs, idle / 10)
  const write = ({ secret, seen_at }: SessionWord) => `${secret}.${seen_at}`
  const read = (text: string): SessionWord | undefined => {
    const match = /^([\w-]{43})\.(\d{13})$/.exec(text)
    return match ? { secret: match[1] as string, seen_at: Number(match[2]) } : undefined
  }
  return {
    /** Begins a session; what its cookie is to hold. */
    begin: async (person: Person, from: { address: string; agent: string }): Promise<string> => {
      const word = { secret: newSecret(), seen_at: now() }
      await book.write('session_begun', hashSecret(word.secret), person.name, { person: person.id, ...from })
      return write(word)
    },
    /** Whose session a cookie is, and what it is to hold from now on; undefined once it is over. */
    find: async (
      text: string,
    ): Promise<{ id: string; person: Person; renewed: string | undefined } | undefined> => {
      const word = read(text)
      if (!word) return undefined
      const id = hashSecret(word.secret)
      // what another process has ended is over here, too
      await book.refresh()
      const session = book.sessions.get(id)
      const person = book.people.get(session?.person ?? '')
      const at = now()
      const isOver =
        !session ||
        !person ||
        session.ended_at !== '' ||
        person.is_disabled ||
        person.signed_out_at >= session.begun_at ||
        at - Date.parse(session.begun_at) > longest ||
        at - word.seen_at > idle
      if (isOver) return undefined
      const renewed = at - word.seen_at > renewMs ? write({ ...word, seen_at: at }) : undefined
      return { id, person, renewed }
    },
    end: (id: string, actor: string) => book.write('session_ended', id, actor, {}),
    /** The sessions of a person that are open, the newest first. */
    of: (person: string) =>
      [...book.sessions]
        .filter(
          ([, each]) =>
            each.person === person &&
            each.ended_at === '' &&
            each.begun_at > (book.people.get(person)?.signed_out_at ?? '') &&
            now() - Date.parse(each.begun_at) <= longest,
        )
        .map(([id, { begun_at, address, agent }]) => ({ id, begun_at, address, agent }))
        .sort((a, b) => b.begun_at.localeCompare(a.begun_at)),
  }
}
