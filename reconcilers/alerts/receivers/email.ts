import { createHash } from 'node:crypto'
import type { Notification } from '../../../server/core/alert.ts'
import type { ReceiverAdapter } from './index.ts'
import { type Facts, listFacts, namedFacts, namedLinks, writeHeadline, writeLeftOut } from './parts/facts.ts'
import { fitText, oneLine } from './parts/fit.ts'

const mostAlerts = 50

/** Plain e-mail: as text and as HTML; the messages of one group stand below each other. */
export const adapter: ReceiverAdapter<'email'> = {
  kind: 'email',
  way: 'mail',
  render: (notification, { receiver, places, at }) => {
    const facts = listFacts(notification, places)
    const shown = facts.slice(0, mostAlerts)
    const host = receiver.from.slice(receiver.from.lastIndexOf('@') + 1)
    const left = writeLeftOut(facts.length - shown.length)
    return {
      from: receiver.from,
      to: receiver.to,
      subject: fitText(oneLine(writeHeadline(notification, facts)), 150),
      text: [...shown.map(writeText), ...(left ? [left] : []), `Plumbline: ${places.baseUrl}`].join('\n\n'),
      html: [
        '<!doctype html><html><body>',
        ...shown.map(writeHtml),
        ...(left ? [`<p>${escapeHtml(left)}</p>`] : []),
        `<p><a href="${escapeHtml(places.baseUrl)}">Plumbline</a></p>`,
        '</body></html>',
      ].join('\n'),
      // the same in every attempt: a mailbox that has it twice shows it once
      messageId: `<${digest(notification.id)}@${host}>`,
      thread: `<${threadOf(notification)}@${host}>`,
      date: at,
    }
  },
  judge: (answer) => {
    const said = answer.text || answer.error
    if (answer.status >= 200 && answer.status < 300) return { outcome: 'delivered', reason: '' }
    // 5xx is for good by SMTP's own word; 4xx, and no answer at all, is for now
    if (answer.status >= 500)
      return { outcome: 'given_up', reason: `the mail server refused it for good: ${said}` }
    return { outcome: 'retry', reason: said, afterMs: 0 }
  },
}

const digest = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 40)
const threadOf = ({ group_key }: Notification) => digest(`group ${group_key}`)

function writeText(facts: Facts): string {
  return [
    `${facts.status}: ${fitText(facts.title, 300)}`,
    fitText(facts.alert.summary, 4_000),
    ...namedFacts(facts).map(([name, value]) => `${name}: ${fitText(value, 500)}`),
    ...namedLinks(facts).map(([words, url]) => `${words}: ${url}`),
    `Fingerprint: ${fitText(oneLine(facts.alert.fingerprint), 255)}`,
  ].join('\n')
}

function writeHtml(facts: Facts): string {
  const rows = namedFacts(facts)
    .map(
      ([name, value]) =>
        `<tr><th align="left">${escapeHtml(name)}</th><td>${fitText(value, 1_000, escapeHtml)}</td></tr>`,
    )
    .join('')
  const links = namedLinks(facts).map(([words, url]) => `<a href="${escapeHtml(url)}">${words}</a>`)
  return [
    `<h2>${fitText(`${facts.status}: ${facts.title}`, 600, escapeHtml)}</h2>`,
    `<p>${fitText(facts.alert.summary, 8_000, escapeHtml).replaceAll('\n', '<br>')}</p>`,
    `<table>${rows}</table>`,
    `<p>${links.join(' · ')}</p>`,
    `<p><small>${fitText(oneLine(facts.alert.fingerprint), 600, escapeHtml)}</small></p>`,
  ].join('\n')
}

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
