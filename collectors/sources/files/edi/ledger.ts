import type { Store } from '../../../../sql/store.ts'
import type { Acknowledgement } from './acknowledgements.ts'
import type { Scanned } from './scan.ts'
import type { Standard } from './tokens.ts'

/** Whether an interchange is read: not one that came before, nor one whose number came with another content. */
export type Judged = Scanned & { outcome: 'taken' | 'duplicate' | 'conflict'; earlier: string }

export type Mailbox = {
  store: Store
  source: string
  system: string
  standard: Standard
  path: string
  /** when the file was written: from then on an acknowledgement is waited for */
  at: Date
  /** hash of the rules: what was taken by other ones is taken again */
  rules: string
  /** how long a number counts, in ms */
  remember: number
}

type Known = {
  sender: string
  receiver: string
  control: string
  content: string
  rules: string
  path: string
}
const keyOf = ({ sender, receiver, control }: Pick<Known, 'sender' | 'receiver' | 'control'>) =>
  JSON.stringify([sender, receiver, control])

/** Holds interchanges against those that were taken before, and against each other. */
export async function judgeInterchanges(mailbox: Mailbox, scanned: Scanned[]): Promise<Judged[]> {
  const known = await mailbox.store.rows<Known>(
    `SELECT sender, receiver, control, content, rules, path FROM edi_interchanges
     WHERE source = {source:String} AND outcome = 'taken' AND read_at > {since:DateTime64(3, 'UTC')}
       AND control IN {controls:Array(String)} AND load_seq IN (SELECT load_seq FROM loads)
     ORDER BY read_at`,
    {
      source: mailbox.source,
      since: new Date(Date.now() - mailbox.remember),
      controls: [...new Set(scanned.map(({ control }) => control))],
    },
  )
  return scanned.map((one): Judged => {
    const before = known.filter((each) => keyOf(each) === keyOf(one))
    const other = before.find(({ content }) => content !== one.content)
    const same = before.find(({ content, rules }) => content === one.content && rules === mailbox.rules)
    if (same) return { ...one, outcome: 'duplicate', earlier: same.path }
    // which of two was right nobody can say; the one that was taken stays
    if (other && !before.some(({ content }) => content === one.content))
      return { ...one, outcome: 'conflict', earlier: other.path }
    known.push({ ...one, rules: mailbox.rules, path: mailbox.path })
    return { ...one, outcome: 'taken', earlier: '' }
  })
}

/** What an interchange was found to hold, beside how it was judged. */
export type Read = Judged & {
  lines: number
  acknowledgements: Acknowledgement[]
  /** of a conflict all of it, as it came */
  body: string
}

/** Notes interchanges, what they acknowledge, and conflicts for quarantine, under the load: they count with it. */
export async function noteInterchanges(mailbox: Mailbox, found: Read[], loadSeq: string): Promise<void> {
  const { store, source, system, standard, path } = mailbox
  const shared = { source, standard, path, at: mailbox.at.toISOString(), load_seq: loadSeq }
  const read_at = new Date().toISOString()
  await store.insert(
    'edi_interchanges',
    found.map((one) => ({
      ...shared,
      read_at,
      sender: one.sender,
      sender_qualifier: one.sender_qualifier,
      receiver: one.receiver,
      receiver_qualifier: one.receiver_qualifier,
      control: one.control,
      sent_at: one.at,
      version: one.version,
      test: one.test,
      content: one.content,
      rules: mailbox.rules,
      outcome: one.outcome,
      earlier: one.earlier,
      messages: one.messages,
      lines: one.lines,
      deviations: one.deviations,
    })),
    { lane: 'load' },
  )
  const acknowledged = found.flatMap(({ sender, receiver, control, acknowledgements }) =>
    acknowledgements.map((each) => ({ ...shared, sender, receiver, control, ...each })),
  )
  if (acknowledged.length > 0) await store.insert('edi_acknowledgements', acknowledged, { lane: 'load' })
  const conflicts = found.filter(({ outcome }) => outcome === 'conflict')
  if (conflicts.length === 0) return
  const rows = conflicts.map(({ sender, control, content, earlier, body }) => ({
    received_at: read_at,
    source,
    kind: 'interchange',
    system,
    partner: sender,
    message_id: content.slice(0, 16),
    position: `${path}:${control}`,
    reasons: [`number ${control} of ${sender} came before with another content, in ${earlier}`],
    codes: ['interchange.conflict'],
    body,
  }))
  await store.insert('quarantine', rows, { lane: 'load' })
}
