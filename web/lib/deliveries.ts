import { useSearchParams } from '@solidjs/router'
import type { Status } from '../../server/api/schemas/common.ts'
import type { DeliveryRow, ReceiverList } from '../../server/api/schemas/deliveries.ts'
import { withQuery } from './api.ts'

type Name = 'receiver' | 'outcome' | 'from' | 'offset' | 'open'
const NAMES: Name[] = ['receiver', 'outcome', 'from', 'offset', 'open']
export const DELIVERY_PAGE = 50

/** The address of deliveries: of these, and no others. */
export const deliveriesHref = (to: Partial<Record<Exclude<Name, 'offset'>, string>>): string =>
  `${withQuery('/deliveries', { ...to })}#log`

/** Which deliveries are listed, and which one is open; it lives in the address. */
export function useDeliveryChoice() {
  const [params, setParams] = useSearchParams<Record<Name, string>>()
  const read = (name: Name) => (typeof params[name] === 'string' ? (params[name] as string) : '')
  const set = (to: Partial<Record<Name, string | null>>) => setParams(to, { scroll: false })
  return {
    receiver: () => read('receiver'),
    outcome: () => (OUTCOMES.some(({ value }) => value === read('outcome')) ? read('outcome') : ''),
    from: () => (Number.isNaN(Date.parse(read('from'))) ? '' : new Date(read('from')).toISOString()),
    offset: () => Math.max(0, Math.floor(Number(read('offset'))) || 0),
    /** receiver/sequence of the one that is open */
    open: () => (/^[\w-]+\/\d+$/.test(read('open')) ? read('open') : ''),
    setReceiver: (value: string) => set({ receiver: value || null, offset: null }),
    setOutcome: (value: string) => set({ outcome: value || null, offset: null }),
    setOffset: (to: number) => set({ offset: to ? String(to) : null }),
    setOpen: (value: string) => set({ open: value || null }),
    isNarrow: () => NAMES.some((name) => name !== 'offset' && read(name) !== ''),
    clear: () => set(Object.fromEntries(NAMES.map((name) => [name, null]))),
  }
}

type Receiver = ReceiverList['rows'][number]

export const RECEIVER_STATES: Record<Receiver['state'], { status: Status; word: string }> = {
  ok: { status: 'ok', word: 'Told' },
  idle: { status: 'ok', word: 'Ready' },
  retrying: { status: 'watch', word: 'Retrying' },
  disabled: { status: 'breach', word: 'Disabled' },
}

export const OUTCOME_WORDS: Record<DeliveryRow['outcome'], { status: Status; word: string }> = {
  delivered: { status: 'ok', word: 'Delivered' },
  waiting: { status: 'unknown', word: 'Waiting' },
  retry: { status: 'watch', word: 'Retrying' },
  disabled: { status: 'breach', word: 'Held, disabled' },
  given_up: { status: 'breach', word: 'Given up' },
  skipped: { status: 'ok', word: 'Not wanted' },
}

export const OUTCOMES = [
  { value: '', label: 'All' },
  { value: 'open', label: 'Still to deliver' },
  ...Object.entries(OUTCOME_WORDS).map(([value, { word }]) => ({ value, label: word })),
]

const KINDS: Record<string, string> = {
  webhook: 'Standard Webhooks',
  pagerduty: 'PagerDuty',
  slack: 'Slack',
  teams: 'Microsoft Teams',
  alertmanager: 'Alertmanager',
  alertmanager_webhook: 'Alertmanager webhook',
  email: 'E-mail',
}
/** What a receiver is, in words. */
export const receiverKind = (kind: string): string => KINDS[kind] ?? kind

export const TOLD_WORDS = { firing: 'Firing', acknowledged: 'Acknowledged', resolved: 'Resolved' } as const
