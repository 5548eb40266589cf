import type { ReceiverAdapter } from './index.ts'
import {
  type Facts,
  groupUrl,
  listFacts,
  namedFacts,
  namedLinks,
  writeHeadline,
  writeLeftOut,
} from './parts/facts.ts'
import { fitItems, fitText, oneLine } from './parts/fit.ts'
import { judgeHttp } from './parts/judge.ts'

/** A workflow takes 28 KB at most; the whole is kept well below, since it is wrapped on its way. */
const longestBody = 20_000
const mostAlerts = 10

/** A workflow of Microsoft Teams. Text runs are shown as they are, where other blocks would read them as markdown. */
export const adapter: ReceiverAdapter<'teams'> = {
  kind: 'teams',
  way: 'http',
  render: (notification, { receiver, places }) => {
    const facts = listFacts(notification, places)
    const body = fitItems(facts, mostAlerts, longestBody, (shown, leftOut) => ({
      type: 'message',
      attachments: [
        {
          contentType: 'application/vnd.microsoft.card.adaptive',
          contentUrl: null,
          content: {
            $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
            type: 'AdaptiveCard',
            version: '1.2',
            body: [
              runs([
                { text: fitText(writeHeadline(notification, facts), 300), weight: 'bolder', size: 'medium' },
              ]),
              ...shown.flatMap((each) => writeAlert(each, facts.length > 1)),
              ...(leftOut > 0 ? [runs([{ text: writeLeftOut(leftOut) }])] : []),
            ],
            actions:
              facts.length === 1 && facts[0]
                ? namedLinks(facts[0]).map(([title, url]) => ({ ...openUrl(url), title }))
                : [{ ...openUrl(groupUrl(facts, places)), title: 'All of them in Plumbline' }],
          },
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
  judge: (answer, at) => judgeHttp(answer, at, [400, 413]),
}

type Run = { text: string; weight?: 'bolder'; size?: 'medium'; isSubtle?: boolean; selectAction?: object }

/** A paragraph of text runs; a run without text is refused. */
const runs = (inlines: Run[]) => ({
  type: 'RichTextBlock',
  inlines: inlines.map((run) => ({ type: 'TextRun', ...run, text: run.text || ' ' })),
})

const openUrl = (url: string) => ({ type: 'Action.OpenUrl', url })

function writeAlert(facts: Facts, isOfMany: boolean): object[] {
  return [
    ...(isOfMany
      ? [
          runs([
            { text: `${facts.status}: `, weight: 'bolder' },
            { text: fitText(facts.title, 300), weight: 'bolder', selectAction: openUrl(facts.url) },
          ]),
        ]
      : []),
    runs([{ text: fitText(facts.alert.summary, 1_500) }]),
    ...namedFacts(facts).map(([name, value]) =>
      runs([{ text: `${name} `, isSubtle: true }, { text: fitText(value, 200) }]),
    ),
    ...(isOfMany
      ? [
          runs(
            namedLinks(facts).flatMap(([title, url], index) => [
              ...(index > 0 ? [{ text: ' · ', isSubtle: true }] : []),
              { text: title, selectAction: openUrl(url) },
            ]),
          ),
        ]
      : []),
    runs([{ text: fitText(oneLine(facts.alert.fingerprint), 255), isSubtle: true }]),
  ]
}
