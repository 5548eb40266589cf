import { z } from 'zod'
import { duration, words } from './estate-parts.ts'

const shareWords = 'a percentage above 0 and at most 100'
const share = z.number(shareWords).gt(0, shareWords).max(100, shareWords)

/** A system that flows call, ours or a partner's, and what was agreed of it. */
export const dependency = z.strictObject({
  dependency: words.describe('What spans of its callers name it: peer.service, else server.address'),
  name: words,
  aliases: z.array(words).default([]).describe('Other names that spans give it'),
  operator: words.optional().describe('Who runs it: a partner, a department'),
  latency: duration.optional().describe('The agreed time in which a call is answered'),
  within: share.default(95).describe('The share of calls, in percent, for which that is agreed'),
  availability: share.optional().describe('The agreed share of calls, in percent, that end without an error'),
})

export type DependencyConfig = z.infer<typeof dependency>
