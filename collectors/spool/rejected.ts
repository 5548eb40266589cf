import { readFile } from 'node:fs/promises'
import { describeError } from '../../server/core/errors.ts'
import { log } from '../../server/core/log.ts'
import type { Store } from '../../sql/store.ts'
import type { Damaged } from './recover.ts'
import type { Segment, Spool } from './spool.ts'

const shownBytes = 4000

/** What the engine will never take is kept as a file and shown in quarantine; it must not block what follows. */
export async function quarantineSegment(
  store: Store,
  spool: Spool,
  segment: Segment,
  error: unknown,
): Promise<void> {
  const row = describe(
    segment.kind,
    segment.name,
    `spool/rejected/${segment.kind}-${segment.name}`,
    describeError(error),
    'spool.unreadable',
    await readFile(segment.path),
  )
  // said first, moved then: a crash between them says it once more, and loses nothing
  await store.insert('quarantine', [row], { lane: 'load', token: `rejected-${segment.name}` })
  const path = await spool.setAside(segment)
  log.error(
    { segment: segment.name, path, error: row.reasons[0] },
    'a request was set aside: the engine cannot read it',
  )
}

/** Says what a former process had acknowledged and the disk has changed since. */
export async function quarantineDamaged(store: Store, damaged: readonly Damaged[]): Promise<void> {
  for (const { kind, name, path } of damaged) {
    const row = describe(
      kind,
      name,
      `spool/rejected/${kind}-${name}`,
      'the disk has changed this request after it was written: its checksum does not fit',
      'spool.damaged',
      await readFile(path),
    )
    await store.insert('quarantine', [row], { lane: 'load', token: `damaged-${name}` })
  }
}

const describe = (
  kind: string,
  name: string,
  position: string,
  reason: string,
  code: string,
  body: Buffer,
) => ({
  received_at: new Date().toISOString(),
  source: 'spool',
  kind,
  message_id: name,
  position,
  reasons: [reason],
  codes: [code],
  body: body.subarray(0, shownBytes).toString('utf8'),
})
