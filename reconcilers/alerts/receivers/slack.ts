import type { ReceiverAdapter } from './index.ts'
import { type Facts, listFacts, namedFacts, namedLinks, writeHeadline, writeLeftOut } from './parts/facts.ts'
import { fitItems, fitText, oneLine } from './parts/fit.ts'
import { judgeHttp } from './parts/judge.ts'

/** Slack takes 50 blocks; three for each alert, one above and one below. */
const mostAlerts = 16
/** Far more than these blocks can come to; Slack names no limit for the whole. */
const longestBody = 200_000

/** An incoming webhook of Slack. Whatever an alert says is text there: it calls nobody and links nowhere. */
export const adapter: ReceiverAdapter<'slack'> = {
  kind: 'slack',
  way: 'http',
  render: (notification, { receiver, places }) => {
    const facts = listFacts(notification, places)
    const headline = writeHeadline(notification, facts)
    const body = fitItems(facts, mostAlerts, longestBody, (shown, leftOut) => ({
      text: fitText(headline, 300, escapeText),
      blocks: [
        {
          type: 'header',
          text: { type: 'plain_text', text: fitText(headline, 150, escapeText), emoji: false },
        },
        ...shown.flatMap(writeBlocks),
        {
          type: 'context',
          elements: [
            markdown(
              `${writeLeftOut(leftOut)}${leftOut > 0 ? ' ' : ''}<${places.baseUrl}|Plumbline>, ${fitText(oneLine(places.estate.name), 200, escapeText)}`,
            ),
          ],
        },
      ],
    }))
    return [
      {
        method: 'POST',
        url: receiver.address,
        headers: { 'content-type': 'application/json', 'user-agent': 'plumbline' },
        body,
      },
    ]
  },
  judge: (answer, at) =>
    // its status is not its word: success is this very text
    answer.status === 200 && answer.text.trim() !== 'ok'
      ? { outcome: 'retry', reason: 'it answered 200 without its ok', afterMs: 0 }
      : judgeHttp(answer, at, [400, 413]),
}

function writeBlocks(facts: Facts): object[] {
  const { alert } = facts
  const title = markdown(`*${fitText(`${facts.status}: ${facts.title}`, 400, escapeText)}*`)
  const summary = fitText(alert.summary, 2_400, escapeText)
  return [
    {
      type: 'section',
      text: { ...title, text: summary.trim() ? `${title.text}\n${summary}` : title.text },
    },
    {
      type: 'section',
      fields: namedFacts(facts).map(([name, value]) =>
        markdown(`*${name}*\n${fitText(value, 1_900, escapeText)}`),
      ),
    },
    {
      type: 'context',
      elements: [
        markdown(
          [
            ...namedLinks(facts).map(([words, url]) => `<${escapeText(url)}|${words}>`),
            fitText(oneLine(alert.fingerprint), 255, escapeText),
          ].join(' · '),
        ),
      ],
    },
  ]
}

/** `verbatim`: names and addresses in it are not made into mentions and links. */
const markdown = (text: string) => ({ type: 'mrkdwn', text, verbatim: true })

/** The three signs that begin a mention or a link. Whoever formats with stars and lines changes only how it looks. */
const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
