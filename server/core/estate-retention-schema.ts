import { z } from 'zod'

const longest = 20_000

/** A number of days, `least` at least: below that something would be missed that is still looked at. */
const kept = (days: number, least: number, what: string) => {
  const expected = `a number of days from ${least}d to ${longest}d, such as ${days}d`
  return z
    .string(expected)
    .regex(/^\d{1,5}d$/, expected)
    .transform((text) => Number.parseInt(text, 10))
    .refine((count) => count >= least && count <= longest, expected)
    .default(days)
    .describe(`${what}; ${least}d at least`)
}

/** How long what is stored is kept, in days. */
export const retention = z
  .strictObject({
    spans: kept(30, 3, 'Spans, and which of them carry a key, since their receipt'),
    calls: kept(400, 35, 'Calls and errors by the minute, summed from spans'),
    measurements: kept(30, 3, 'Gauges and sums of senders, such as queue depths, since their receipt'),
    events: kept(2900, 30, 'Business events, since they occurred; as long as `allowed_age` at least'),
    arrivals: kept(
      400,
      63,
      'When each message came and how good it was, and the hours far from their past, since its receipt',
    ),
    history: kept(
      800,
      30,
      'Versions of states that a newer one has replaced: those of longer ago are gone, the newest before then stays, so that no state is ever missed',
    ),
    quarantine: kept(90, 7, 'Messages in quarantine, since their receipt'),
    corrections: kept(
      800,
      97,
      'What people did to messages in quarantine; a week longer than `quarantine` at least',
    ),
    interchanges: kept(
      800,
      30,
      'Interchanges of EDI and their acknowledgements; as long as `edi.remember` at least',
    ),
    polls: kept(90, 7, 'Polls, arrivals and watermarks of sources, and audits of sums'),
    runs: kept(400, 35, 'Runs and their proofs'),
    differences: kept(30, 3, 'Differences and what was tolerated, as each run saw them'),
    cases: kept(800, 90, 'Cases with all that was done to them, since they were closed; never an open one'),
    alerts: kept(400, 35, 'Alerts, who was told of them, and silences'),
  })
  .prefault({})
  .describe(
    'How long what is stored is kept. Current states, open cases, what waits at a hand-off, people and the audit trail are always kept',
  )

export type Retention = z.infer<typeof retention>
export type RetentionGroup = keyof Retention
