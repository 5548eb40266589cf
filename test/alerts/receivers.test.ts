import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import type { HttpMessage } from '../../reconcilers/alerts/outgoing.ts'
import type { Mail } from '../../reconcilers/alerts/outgoing-mail.ts'
import { fitText } from '../../reconcilers/alerts/receivers/parts/fit.ts'
import { readRetryAfter } from '../../reconcilers/alerts/receivers/parts/judge.ts'
import { type Alert, alertSeverities, type Notification } from '../../server/core/alert.ts'
import { estateSchema } from '../../server/core/estate-schema.ts'
import { routingKey, signingKey, someAlert, someNotification } from './deliver-world.ts'
import { adapters, askedKinds, bodies, expectAsked, render } from './render.ts'

/** Text as an enemy or an accident writes it, up to far more than any receiver takes. */
const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom(
    '',
    '<!channel> <@U123> <https://evil.example|Open>',
    '&<>&amp;"\'',
    'a\r\nBcc: evil@example.com\r\n\r\nbody',
    '\u202Ereversed\u0000\u0007',
    '\uD83D half a character',
    '[click](https://evil.example) **bold** ```',
    '🚚👩‍👩‍👧'.repeat(900),
    '&'.repeat(5_000),
    'ü'.repeat(6_000),
    '"\\\n'.repeat(3_000),
  ),
)
const moment = fc
  .date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString())
const alerts: fc.Arbitrary<Alert> = fc.record({
  fingerprint: fc.oneof(
    nasty.filter((text) => text.trim() !== ''),
    fc.uuid(),
  ),
  condition: nasty,
  status: fc.constantFrom('firing', 'acknowledged', 'resolved'),
  severity: fc.constantFrom(...alertSeverities),
  plant: fc.oneof(nasty, fc.constantFrom('HAM', 'SHF')),
  flow: nasty,
  team: fc.oneof(nasty, fc.constant('ops')),
  title: nasty,
  summary: nasty,
  starts_at: moment,
  ends_at: fc.option(moment),
  amount: fc.option(fc.constantFrom('0', '412380.50', '-12.000001', '99999999999999999999')),
  orders: fc.option(fc.nat()),
  path: fc.oneof(
    nasty,
    fc.constantFrom('/exceptions/12?plant=HAM', '//evil.example/', 'javascript:alert(1)'),
  ),
  runbook: fc.oneof(nasty, fc.constantFrom('', 'https://runbooks.example/a|b>c')),
})
const notifications: fc.Arbitrary<Notification> = fc.record({
  id: fc.oneof(fc.uuid(), fc.string({ minLength: 1 })),
  receiver: fc.constant('pager'),
  group_key: nasty,
  group_labels: fc.dictionary(nasty, nasty, { maxKeys: 12 }),
  status: fc.constantFrom('firing', 'acknowledged', 'resolved'),
  alerts: fc.oneof(
    fc.array(alerts, { minLength: 1, maxLength: 4 }),
    alerts.map((alert) => Array.from({ length: 60 }, () => alert)),
  ),
  created_at: moment,
  is_test: fc.boolean(),
})
const runs = { numRuns: 40 }

describe('every message keeps what its receiver asks, whatever an alert says', () => {
  test.each(askedKinds)('%s', (kind) => {
    fc.assert(
      fc.property(notifications, (notification) => expectAsked(kind, notification)),
      runs,
    )
  })

  test('webhook: signed, below 20 KB, and its id stands in a header', () => {
    fc.assert(
      fc.property(notifications, (notification) => {
        const [message] = render('webhook', notification) as [HttpMessage]
        expect(Buffer.byteLength(message.body)).toBeLessThan(20_000)
        expect(message.headers['webhook-id']).toMatch(/^[\w-]+$/)
        const said = new Webhook(signingKey).verify(message.body, message.headers) as {
          type: string
          data: { alerts: unknown[]; alerts_left_out: number }
        }
        expect(said.type).toBe(`alert.${notification.status}`)
        expect(said.data.alerts.length + said.data.alerts_left_out).toBe(notification.alerts.length)
      }),
      runs,
    )
  })

  test('email: one line as its subject, nothing that is markup, links only to us or a runbook', () => {
    fc.assert(
      fc.property(notifications, (notification) => {
        const mail = render('email', notification) as Mail
        expect(mail.subject).not.toMatch(/[\r\n]/)
        expect(mail.subject.length).toBeLessThanOrEqual(150)
        const tags = [...mail.html.matchAll(/<[^>]*>/g)].map(([tag]) => tag)
        for (const tag of tags)
          expect(tag).toMatch(
            /^<(!doctype html|\/?(html|body|h2|p|table|tr|td|small|a|th)|br|th align="left"|a href="https?:\/\/[^"<>\s]+")>$/,
          )
      }),
      runs,
    )
  })
})

describe('Slack', () => {
  test('no text of an alert calls anybody, or links anywhere', () => {
    fc.assert(
      fc.property(notifications, (notification) => {
        const [body] = bodies('slack', notification) as [string]
        for (const [, inside] of body.matchAll(/<([^>]*)>/g))
          expect(inside).toMatch(
            /^https?:\/\/[^|<>\s]+\|(Acknowledge in Plumbline|Open in Plumbline|Look at it|Runbook|Plumbline)$/,
          )
      }),
      runs,
    )
  })
})

describe('what is told', () => {
  const notification = someNotification({ alerts: [someAlert({ runbook: 'https://runbooks.example/erp' })] })

  test.each(['webhook', 'slack', 'teams', 'alertmanager_webhook', 'alertmanager', 'pagerduty'] as const)(
    '%s: what, where, since when, how much money and how many orders, and where it is shown',
    (kind) => {
      const text = bodies(kind, notification).join('')
      for (const part of [
        'Orders wait for the ERP',
        'Hamburg',
        'Mon 5 Jan 2026 09:00 CET',
        'f-1',
        'https://plumbline.example/alerts/f-1',
        'https://plumbline.example/exceptions?plant=HAM',
        'https://runbooks.example/erp',
      ])
        expect(text).toContain(part)
      expect(text).toMatch(kind === 'webhook' ? /"amount":"412380.50"/ : /€412\u2009381/)
      expect(text).toMatch(kind === 'webhook' ? /"orders":212/ : /212/)
    },
  )

  test('an e-mail, word for word', () => {
    const mail = render('email', notification) as Mail
    expect(mail.subject).toBe('Firing: Orders wait for the ERP')
    expect(mail.text.replaceAll('\u2009', ' ')).toBe(`Firing: Orders wait for the ERP
212 orders have waited for longer than 10 min.
Severity: Page
Where: Hamburg
Since: Mon 5 Jan 2026 09:00 CET
Money: €412 381
Orders: 212
Team: Operations
Acknowledge in Plumbline: https://plumbline.example/alerts/f-1
Look at it: https://plumbline.example/exceptions?plant=HAM
Runbook: https://runbooks.example/erp
Fingerprint: f-1

Plumbline: https://plumbline.example`)
    const later = render('email', { ...notification, id: 'another', status: 'resolved' }) as Mail
    expect(later.thread).toBe(mail.thread)
    expect(later.messageId).not.toBe(mail.messageId)
    expect((render('email', notification) as Mail).messageId).toBe(mail.messageId)
  })

  test('what fires leads to where it is acknowledged, what is over does not ask for it, a test has no such page', () => {
    const linksIn = (changes: Partial<Notification>) =>
      [...(render('email', someNotification(changes)) as Mail).text.matchAll(/^([A-Z].*): (https:.*)$/gm)]
        .map(([, words, url]) => [words, url?.replace('https://plumbline.example', '')])
        .filter(([words]) => words !== 'Plumbline')
    expect(linksIn({})).toEqual([
      ['Acknowledge in Plumbline', '/alerts/f-1'],
      ['Look at it', '/exceptions?plant=HAM'],
    ])
    const over = someAlert({ status: 'resolved', ends_at: '2026-01-05T09:00:00.000Z' })
    expect(linksIn({ status: 'resolved', alerts: [over] })[0]).toEqual(['Open in Plumbline', '/alerts/f-1'])
    expect(linksIn({ is_test: true, alerts: [someAlert({ path: '/deliveries' })] })).toEqual([
      ['Open in Plumbline', '/deliveries'],
    ])
    expect(linksIn({ alerts: [someAlert({ condition: 'heartbeat', path: '/alerts' })] })).toEqual([
      ['Open in Plumbline', '/alerts'],
    ])
  })

  test('a message about several leads to each, and to the list of the plant they share', () => {
    const cardOf = (plants: string[]) => {
      const alerts = plants.map((plant, n) => someAlert({ plant, fingerprint: `f-${n}` }))
      return bodies('teams', someNotification({ alerts }))[0] as string
    }
    expect(cardOf(['HAM', 'HAM'])).toContain('"url":"https://plumbline.example/alerts?plant=HAM"')
    expect(cardOf(['HAM', 'SHF'])).toContain('"url":"https://plumbline.example/alerts"')
    expect(cardOf(['HAM', 'SHF'])).toContain(
      '"text":"Acknowledge in Plumbline","selectAction":{"type":"Action.OpenUrl","url":"https://plumbline.example/alerts/f-1"}',
    )
  })

  test('what is left out is said, and what was cut', () => {
    const many = someNotification({
      alerts: Array.from({ length: 40 }, (_, n) =>
        someAlert({ fingerprint: `f-${n}`, title: 'x'.repeat(400) }),
      ),
    })
    expect(bodies('slack', many)[0]).toContain('24 more alerts are left out here.')
    expect(bodies('slack', many)[0]).toMatch(/x… \(\d+ characters left out\)/)
    expect(bodies('teams', many)[0]).toMatch(/\d+ more alerts are left out here\./)
    expect(bodies('pagerduty', many)).toHaveLength(40)
  })

  test('one lifecycle: PagerDuty is told of each alert by its fingerprint', () => {
    const three = someNotification({
      alerts: (['resolved', 'acknowledged', 'firing'] as const).map((status) =>
        someAlert({
          status,
          fingerprint: status,
          ends_at: status === 'resolved' ? '2026-01-05T09:00:00.000Z' : null,
        }),
      ),
    })
    expect(
      bodies('pagerduty', three)
        .map((body) => JSON.parse(body))
        .map((event) => [event.event_action, event.dedup_key, event.routing_key]),
    ).toEqual([
      ['trigger', 'firing', routingKey],
      ['acknowledge', 'acknowledged', routingKey],
      ['resolve', 'resolved', routingKey],
    ])
  })

  test('an Alertmanager hears the end of what it heard the beginning of: the same labels', () => {
    const firing = JSON.parse(bodies('alertmanager', someNotification())[0] as string)[0]
    const over = someAlert({ status: 'resolved', ends_at: '2026-01-05T09:00:00.000Z', severity: 'info' })
    const resolved = JSON.parse(bodies('alertmanager', someNotification({ alerts: [over] }))[0] as string)[0]
    expect(resolved.labels).toEqual(firing.labels)
    expect(resolved.endsAt).toBe('2026-01-05T09:00:00.000Z')
    expect(Date.parse(firing.endsAt)).toBeGreaterThan(Date.now() + 86_400_000)
    expect((render('alertmanager', someNotification()) as HttpMessage[])[0]?.url).toBe(
      'https://e.example/am/api/v2/alerts',
    )
  })
})

describe('what answers mean', () => {
  const answer = (status: number, text = '', retryAfter = '') => ({ status, text, retryAfter, error: '' })
  test.each([
    ['webhook', answer(204), 'delivered'],
    ['webhook', answer(400), 'retry'],
    ['webhook', answer(301), 'retry'],
    ['webhook', answer(410), 'disabled'],
    ['pagerduty', answer(202), 'delivered'],
    ['pagerduty', answer(200), 'retry'],
    ['pagerduty', answer(400), 'given_up'],
    ['pagerduty', answer(429), 'retry'],
    ['slack', answer(200, 'ok'), 'delivered'],
    ['slack', answer(200, '<html>'), 'retry'],
    ['slack', answer(400, 'invalid_payload'), 'given_up'],
    ['slack', answer(404, 'no_service'), 'retry'],
    ['teams', answer(202), 'delivered'],
    ['teams', answer(400), 'given_up'],
    ['alertmanager', answer(200), 'delivered'],
    ['alertmanager', answer(400), 'given_up'],
    ['alertmanager_webhook', answer(500), 'retry'],
    ['email', answer(250), 'delivered'],
    ['email', answer(451), 'retry'],
    ['email', answer(550), 'given_up'],
    ['email', answer(0), 'retry'],
  ] as const)('%s %j: %s', (kind, given, outcome) => {
    expect(adapters.get(kind)?.judge(given, new Date()).outcome).toBe(outcome)
  })

  test('Retry-After in seconds, as a moment, and what is neither', () => {
    const noon = new Date('2026-01-05T12:00:00Z')
    expect(readRetryAfter('120', noon)).toBe(120_000)
    expect(readRetryAfter('Mon, 05 Jan 2026 12:05:00 GMT', noon)).toBe(300_000)
    expect(readRetryAfter('Mon, 05 Jan 2026 11:00:00 GMT', noon)).toBe(0)
    expect(readRetryAfter('soon', noon)).toBe(0)
    expect(readRetryAfter('', noon)).toBe(0)
  })
})

test('text that is fit is never too long, never half a character, and whole where it can be', () => {
  const double = (part: string) => part.replaceAll('&', '&amp;')
  fc.assert(
    fc.property(nasty, fc.integer({ min: 60, max: 400 }), (text, max) => {
      const cut = fitText(text, max, double)
      expect(cut.length).toBeLessThanOrEqual(max)
      expect(cut).not.toMatch(/\p{Surrogate}/u)
      expect(cut).not.toMatch(/&(?!amp;)/)
    }),
    { numRuns: 300 },
  )
  expect(fitText('short', 100)).toBe('short')
})

test('every kind that an estate can name has its adapter, and no other', () => {
  const kinds = estateSchema.shape.receivers
    .unwrap()
    .element.options.flatMap((option) => [...option.shape.kind.values])
  expect([...adapters.keys()].sort()).toEqual(kinds.sort())
})
