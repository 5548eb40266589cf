import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Resend } from './replay-lost.ts'
import type { Advance, World } from './world.ts'

/**
 * Lets time pass for a world that is asked, now and then, to send messages again. What was asked is kept beside the
 * demo's state, with its moment: a world that is generated anew is asked the same at the same time, and stays the same.
 */
export function createReplayer(world: World, dataFolder: string) {
  const path = join(dataFolder, 'demo', 'replays.jsonl')
  mkdirSync(dirname(path), { recursive: true })
  const asked: Resend[] = existsSync(path)
    ? readFileSync(path, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Resend)
    : []
  let passedTo = 0
  return {
    advance: (to: number): Advance => {
      const done: Advance = { events: [], spans: [], truth: [] }
      const pass = (at: number) => {
        const { events, spans, truth } = world.advance(at)
        done.events.push(...events)
        done.spans.push(...spans)
        done.truth.push(...truth)
      }
      while (asked[0] && asked[0].at < to) {
        const next = asked.shift() as Resend
        pass(next.at)
        world.resend(next)
      }
      pass(to)
      passedTo = to
      return done
    },
    /** Asks now; what is taken happens with the next time that passes. */
    ask: (resend: Omit<Resend, 'at'>): { taken: boolean; reason: string } => {
      const answer = world.resend(resend)
      if (answer.taken) appendFileSync(path, `${JSON.stringify({ ...resend, at: passedTo })}\n`)
      return answer
    },
  }
}
