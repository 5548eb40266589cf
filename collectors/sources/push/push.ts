import { join } from 'node:path'
import type { Estate } from '../../../server/core/estate.ts'
import type { Store } from '../../../sql/store.ts'
import type { Carrier } from '../../spool/loader.ts'
import type { Spool } from '../../spool/spool.ts'
import { createDoorman, type Doorman } from '../webhook/doorman.ts'
import { createCarrier } from './carry.ts'
import { type Inbox, openInbox } from './inbox.ts'
import { type Notices, openNotices } from './notices.ts'

/** What all that sends to us goes through: put down, counted, carried into the store. */
export type Push = {
  inbox: Inbox
  notices: Notices
  carry: Carrier
  doorman: Doorman
  /** Takes measurements, as a request of OTLP in protobuf */
  measure(request: Uint8Array, at: Date): Promise<void>
}

/** Opens the way in for what is pushed. `folder` is where records lie while they are loaded, and keys until fetched. */
export async function openPush(options: {
  estate: Estate
  store: Store
  spool: Pick<Spool, 'append' | 'expectRoom' | 'taken'>
  folder: string
}): Promise<Push> {
  const notices = await openNotices(join(options.folder, 'notices'))
  return {
    notices,
    inbox: openInbox(options.spool),
    carry: createCarrier({ ...options, notices }),
    doorman: createDoorman(options.estate),
    measure: (request, at) =>
      options.spool.append('metrics', request, {
        receivedMs: at.getTime(),
        contentType: 'application/x-protobuf',
        source: 'plumbline',
      }),
  }
}
