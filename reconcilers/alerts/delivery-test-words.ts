import type { Alert, Notification } from '../../server/core/alert.ts'

/** What a receiver is told by a test: that something fires, and that it is over, so that nothing is left open there. */
export function testWords(receiver: string, at: Date): Omit<Notification, 'id'>[] {
  const moment = at.toISOString()
  const alert: Alert = {
    fingerprint: `plumbline-test-${receiver}`,
    condition: 'test',
    status: 'firing',
    severity: 'info',
    plant: '',
    flow: '',
    team: '',
    title: `A test for ${receiver}`,
    summary: 'Somebody asked Plumbline to try this receiver. Nothing is wrong, and nothing is to be done.',
    starts_at: moment,
    ends_at: null,
    amount: null,
    orders: null,
    path: '/deliveries',
    runbook: '',
  }
  const told = {
    receiver,
    group_key: `test ${receiver} ${moment}`,
    group_labels: {},
    created_at: moment,
    is_test: true,
  }
  return [
    { ...told, status: 'firing', alerts: [alert] },
    { ...told, status: 'resolved', alerts: [{ ...alert, status: 'resolved', ends_at: moment }] },
  ]
}
