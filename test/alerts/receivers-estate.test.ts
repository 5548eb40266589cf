import { expect, test } from 'vitest'
import { parseEstate } from '../../server/core/estate.ts'
import { goodEstate } from '../core/estate-text.ts'

/** What an estate with this receiver is refused for. */
const refusal = (...receivers: string[]) => {
  try {
    parseEstate(`${goodEstate}receivers:\n${receivers.map((each) => `  - ${each}\n`).join('')}`)
  } catch (error) {
    return (error as { details: unknown }).details
  }
  return 'accepted'
}
const hook = "{ receiver: hook, kind: webhook, url: 'https://a.example/x', secrets_from: [HOOK_KEY] }"

test.each([
  ['a name that is taken', [hook, hook], 'receivers[1].receiver', /already the name of receivers\[0\]/],
  [
    'no address',
    ['{ receiver: chat, kind: slack }'],
    'receivers[0].url',
    /is missing; expected url, or url_from/,
  ],
  [
    'two addresses',
    ["{ receiver: chat, kind: slack, url: 'https://a.example', url_from: CHAT_URL }"],
    'receivers[0].url_from',
    /expected one of the two/,
  ],
  [
    'one key twice',
    ["{ receiver: hook, kind: webhook, url: 'https://a.example', secrets_from: [KEY, KEY] }"],
    'receivers[0].secrets_from[1]',
    /already named/,
  ],
  [
    'a secret in place of its variable',
    ['{ receiver: pager, kind: pagerduty, secret_from: abc-def }'],
    'receivers[0].secret_from',
    /expected the name of an environment variable/,
  ],
  [
    'a user without a password',
    ['{ receiver: mail, kind: email, from: a@b.example, to: [c@d.example], smtp: { host: h, user: u } }'],
    'receivers[0].smtp.secret_from',
    /expected user and secret_from, or neither/,
  ],
  [
    'an address of another kind',
    ["{ receiver: chat, kind: slack, url: 'file:///etc/passwd' }"],
    'receivers[0].url',
    /expected an address such as/,
  ],
])('%s is refused', (_name, receivers, where, message) => {
  expect(refusal(...receivers)).toEqual([{ where, message: expect.stringMatching(message) }])
})

test('a good one is accepted', () => {
  expect(refusal(hook)).toBe('accepted')
})
