import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { afterEach, describe, expect, test } from 'vitest'
import { sendOnce } from '../../reconcilers/alerts/delivery-send.ts'
import { createOutgoing } from '../../reconcilers/alerts/outgoing.ts'
import { isPublicAddress, type Resolved } from '../../reconcilers/alerts/outgoing-addresses.ts'
import { loadReceiverAdapters, type ReceiverAdapter } from '../../reconcilers/alerts/receivers/index.ts'
import type { Notification } from '../../server/core/alert.ts'
import { readReceivers } from '../../server/core/estate-receivers-secrets.ts'
import { openAlertmanager } from './deliver-alertmanager.ts'
import { environment, estate, openEar, receiverOf, someAlert, someNotification } from './deliver-world.ts'

// The way out: to whom we connect, and real servers that take what is told.
const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})
const signal = new AbortController().signal
const open = (resolve?: (host: string) => Promise<Resolved[]>) => {
  const outgoing = createOutgoing(resolve)
  ends.push(() => outgoing.close())
  return outgoing
}
const message = (url: string) => ({ method: 'POST' as const, url, headers: {}, body: '{}' })
const inside = { timeout: 2_000, allow_private: false }
const tell = async (config: object, notification: Notification) => {
  const receiver = receiverOf(config)
  const adapter = (await loadReceiverAdapters()).get(receiver.kind) as ReceiverAdapter
  const places = { estate, baseUrl: 'https://plumbline.example' }
  return sendOnce(adapter, receiver, notification, places, open(), Date.now, signal)
}

describe('who is called', () => {
  test.each([
    'http://127.0.0.1:1/',
    'http://localhost:1/',
    'http://[::1]:1/',
    'http://[::ffff:127.0.0.1]:1/',
    'http://[::ffff:7f00:1]:1/',
    'http://2130706433:1/',
    'http://0x7f.1:1/',
    'http://0.0.0.0:1/',
    'http://10.1.2.3:1/',
    'http://172.16.0.1:1/',
    'http://192.168.1.1:1/',
    'http://169.254.169.254:1/latest/meta-data/',
    'http://100.64.0.1:1/',
    'http://[fe80::1]:1/',
    'http://[fd00::1]:1/',
    'http://[64:ff9b::7f00:1]:1/',
    'http://[2002:7f00:1::]:1/',
  ])('%s is refused without a connection', async (url) => {
    const answer = await open().post(message(url), inside, signal)
    expect(answer.status).toBe(0)
    expect(answer.error).toMatch(/is refused: \S+ is not a public address, and allow_private is not set/)
  })

  test('a name that resolves inside is refused, also when only one of its addresses does', async () => {
    const ear = await openEar()
    ends.push(ear.close)
    const port = new URL(ear.url).port
    const outgoing = open(async () => [
      { address: '93.184.216.34', family: 4 },
      { address: '::ffff:127.0.0.1', family: 6 },
    ])
    const answer = await outgoing.post(message(`http://hooks.example:${port}/`), inside, signal)
    expect(answer.error).toContain('hooks.example is refused')
    expect(ear.heard).toBe(0)
  })

  test('a name that answers otherwise the second time is not connected to', async () => {
    const ear = await openEar()
    ends.push(ear.close)
    let looks = 0
    const outgoing = open(async () =>
      ++looks === 1 ? [{ address: '93.184.216.34', family: 4 }] : [{ address: '127.0.0.1', family: 4 }],
    )
    const answer = await outgoing.post(
      message(`http://rebind.example:${new URL(ear.url).port}/`),
      inside,
      signal,
    )
    expect(answer.error).toContain('rebind.example is refused: 127.0.0.1')
    expect([looks, ear.heard]).toEqual([2, 0])
  })

  test('a redirect is an answer like others, and nobody follows it', async () => {
    const [first, second] = [await openEar(), await openEar()]
    ends.push(first.close, second.close)
    first.play = () => ({ status: 307, headers: { location: second.url } })
    const answer = await open().post(message(first.url), { timeout: 2_000, allow_private: true }, signal)
    expect([answer.status, first.heard, second.heard]).toEqual([307, 1, 0])
  })

  test('a body without an end is read only so far', async () => {
    const server = createServer((_request, response) => {
      response.writeHead(200)
      const timer = setInterval(() => response.write('x'.repeat(1_000)), 1)
      response.on('close', () => clearInterval(timer))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    ends.push(() => new Promise((resolve) => server.close(resolve)))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const answer = await open().post(message(url), { timeout: 5_000, allow_private: true }, signal)
    expect([answer.status, answer.text.length]).toEqual([200, 4_096])
  })

  test('addresses of the internet are public', () => {
    for (const address of ['93.184.216.34', '8.8.8.8', '2606:4700::1111'])
      expect(isPublicAddress(address)).toBe(true)
    for (const address of ['nonsense', '', '224.0.0.1', 'ff02::1', '::'])
      expect(isPublicAddress(address)).toBe(false)
  })
})

test('an answer that says our secrets back is kept without them', async () => {
  const ear = await openEar(({ headers }) => ({
    status: 500,
    body: `no ${headers.authorization} at /services/T0/B0/secret`,
  }))
  ends.push(ear.close)
  const url = ear.url.replace('/hook', '/services/T0/B0/secret')
  const attempt = await tell(
    { receiver: 'f', kind: 'alertmanager_webhook', url, secret_from: 'BEARER', allow_private: true },
    someNotification(),
  )
  expect(attempt).toMatchObject({ status: 500, answer: 'no Bearer … at …' })
})

test('a real mail server takes it, refuses it for good, or for now', async () => {
  const mails: { to: string[]; text: string }[] = []
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    onAuth: ({ username, password }, _session, done) =>
      password === environment.MAIL_PASSWORD ? done(null, { user: username }) : done(new Error('who?')),
    onRcptTo: ({ address }, _session, done) =>
      done(
        /^(gone|busy)@/.test(address)
          ? Object.assign(new Error('no'), { responseCode: address.startsWith('gone') ? 550 : 451 })
          : null,
      ),
    onData: (stream, session, done) => {
      let text = ''
      stream.on('data', (part: Buffer) => {
        text += part
      })
      stream.on('end', () => {
        mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), text })
        done()
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  ends.push(() => new Promise<void>((resolve) => server.close(() => resolve())))
  const { port } = server.server.address() as AddressInfo
  const smtp = { host: 'localhost', port, tls: 'none', user: 'plumbline', secret_from: 'MAIL_PASSWORD' }
  const config = {
    receiver: 'g',
    kind: 'email',
    from: 'plumbline@example.com',
    to: ['oncall@example.com'],
    smtp,
  }
  const hostile = someNotification({
    alerts: [someAlert({ title: 'Late\r\nBcc: evil@example.com', summary: '<b>Grüße</b>' })],
  })

  expect((await tell(config, hostile)).verdict).toMatchObject({ outcome: 'retry' })
  const own = { ...config, allow_private: true }
  expect((await tell(own, hostile)).verdict).toEqual({ outcome: 'delivered', reason: '' })
  expect(mails).toHaveLength(1)
  expect(mails[0]?.to).toEqual(['oncall@example.com'])
  expect(mails[0]?.text).toContain('Subject: Firing: Late Bcc: evil@example.com')
  expect(mails[0]?.text).not.toMatch(/^Bcc:/m)
  expect((await tell({ ...own, to: ['gone@example.com'] }, hostile)).verdict.outcome).toBe('given_up')
  expect((await tell({ ...own, to: ['busy@example.com'] }, hostile)).verdict.outcome).toBe('retry')
})

test('an Alertmanager shows the alert while it fires, and no longer when it is over', async () => {
  const alertmanager = await openAlertmanager()
  ends.push(alertmanager.close)
  const config = { receiver: 'e', kind: 'alertmanager', url: alertmanager.url, allow_private: true }
  expect((await tell(config, someNotification())).verdict.outcome).toBe('delivered')
  expect(await alertmanager.active()).toMatchObject([
    {
      labels: { alertname: 'backlog_age', fingerprint: 'f-1', plant: 'HAM', team: 'ops' },
      annotations: { summary: 'Orders wait for the ERP' },
    },
  ])
  const over = someAlert({ status: 'resolved', ends_at: new Date(Date.now() - 1_000).toISOString() })
  expect((await tell(config, someNotification({ status: 'resolved', alerts: [over] }))).verdict.outcome).toBe(
    'delivered',
  )
  expect(await alertmanager.active()).toEqual([])
})

describe('secrets', () => {
  const webhook = {
    receiver: 'a',
    kind: 'webhook',
    url: 'https://a.example',
    secrets_from: ['KEY_1', 'KEY_2'],
  }
  const read = (env: Record<string, string>) => {
    try {
      return readReceivers(
        [
          {
            ...receiverOf({ ...webhook, secrets_from: ['SIGNING_KEY'] }),
            secrets_from: ['KEY_1', 'KEY_2'],
          } as never,
        ],
        env,
      )
    } catch (error) {
      return error as { message: string; details: { where: string; message: string }[] }
    }
  }

  test('that are missing or none are named at the start, all at once, and never said', () => {
    expect(read({ KEY_2: 'whsec_dG9vc2hvcnQ=' })).toMatchObject({
      code: 'secret_missing',
      details: [
        {
          where: 'KEY_1',
          message: 'is not set; receiver a expects whsec_ and 24 to 64 random bytes in base64 there',
        },
        {
          where: 'KEY_2',
          message: 'does not fit; receiver a expects whsec_ and 24 to 64 random bytes in base64 there',
        },
      ],
    })
    expect(JSON.stringify(read({ KEY_2: 'whsec_dG9vc2hvcnQ=' }))).not.toContain('dG9vc2hvcnQ')
  })

  test('two at a time', () => {
    const { SIGNING_KEY: KEY_1, OTHER_KEY: KEY_2 } = environment
    expect(read({ KEY_1, KEY_2 })).toMatchObject([{ secrets: [KEY_1, KEY_2], address: 'https://a.example' }])
  })
})
