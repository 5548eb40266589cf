import { z } from '@hono/zod-openapi'
import { moment } from './common.ts'

const text = z.string().trim().min(1).max(500)
const key = z.string().trim().min(1).max(200)
const plant = z.string().max(50).default('').describe('Of one plant; of all when absent')

export const subjectAsked = z.discriminatedUnion('kind', [
  z
    .object({ kind: z.literal('order'), key, plant })
    .describe('An order, with its lines, deliveries, invoices, events and cases'),
  z
    .object({ kind: z.literal('partner'), key, plant })
    .describe('A customer or supplier by number: masked wherever it is named'),
  z
    .object({ kind: z.literal('key'), key, plant })
    .describe('A key of a flow that is no order: its events, traces and hand-offs'),
  z
    .object({ kind: z.literal('person'), values: z.array(text).min(1).max(20) })
    .describe('What is about somebody: e-mail addresses, names, numbers of telephones'),
  z
    .object({ kind: z.literal('user'), person: key })
    .describe('Somebody who signs in here, by the id under People'),
])
export const subjectAsk = z.object({
  subject: subjectAsked,
  reason: text.describe('Why; it stays, and must not say whom it is about'),
  reference: z
    .string()
    .trim()
    .max(100)
    .default('')
    .describe('Its number in your own register; it stays, too'),
})
export const subjectConfirm = z.object({
  confirm: z.literal('delete').describe('It can not be taken back'),
})

const how = z.enum(['deleted', 'redacted', 'kept'])
const proof = z.object({
  done_at: moment,
  tables: z.array(
    z.object({
      table: z.string(),
      how,
      says: z.string(),
      before: z.number(),
      after: z.number().describe("Rows that still speak of it, counted after the engine's changes were done"),
      hash: z.string().describe('Over the rows as they were'),
    }),
  ),
  rows_before: z.number(),
  rows_after: z.number(),
  cases_closed: z.number(),
  audit_entries_redacted: z.number(),
  mutations_pending: z.number(),
  sha256: z.string().describe('Over the request and all of this; it stands in the audit trail, too'),
})
export const subjectRequest = z.object({
  request: z.string(),
  state: z
    .enum(['asked', 'confirmed', 'waiting', 'working', 'done', 'withdrawn'])
    .describe('Only `done` means that nothing is left'),
  kind: z.enum(['order', 'partner', 'key', 'person', 'user']),
  plant: z.string(),
  reference: z.string(),
  reason: z.string(),
  actor: z.string(),
  asked_at: moment,
  subject_sha256: z
    .string()
    .describe('Over salt and subject: SHA-256 of the JSON array [salt, kind, …what was asked for]'),
  salt: z.string(),
  mask: z.string().describe('What stands in the place of what is gone'),
  tables: z
    .array(z.object({ table: z.string(), how, says: z.string(), rows: z.number() }))
    .describe('What was found when it was asked'),
  documents: z.number().describe('Deliveries and invoices that are of this order only'),
  confirmed_by: z.string(),
  confirmed_at: moment.nullable(),
  holdup: z.string(),
  proof: proof.nullable(),
})
export type SubjectRequestRow = z.infer<typeof subjectRequest>
export const subjectList = z.object({ requests: z.array(subjectRequest) })
export type SubjectList = z.infer<typeof subjectList>
