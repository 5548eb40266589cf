import { A } from '@solidjs/router'
import { For, Show } from 'solid-js'
import type { ThreeWays } from '../../server/api/schemas/three-ways.ts'
import { formatDecimal, formatNumber, wordsOf } from '../lib/format.ts'
import { formatTime } from '../lib/time.ts'
import { Section } from './section.tsx'

type Way = ThreeWays['ways'][number]

const WAY_WORDS = {
  sales: { ordered: 'Ordered', moved: 'Shipped', billed: 'Billed' },
  purchase: { ordered: 'Ordered', moved: 'Received', billed: 'Billed' },
}
/** What needs no word: it is what the column is of. */
const PLAIN = ['', 'outbound', 'inbound', 'invoice']

/** What was ordered, what moved and what was billed, document by document, with what each has more than the one before. */
export function CaseThreeWays(props: { of: ThreeWays; zone: string }) {
  const words = () => WAY_WORDS[props.of.order_type]
  const before = (place: number) => {
    const way = props.of.ways[place - 1]?.way
    return way ? words()[way].toLowerCase() : ''
  }
  return (
    <Section
      title={`Ordered, ${words().moved.toLowerCase()}, billed`}
      sub={[props.of.unit, 'goods that moved at the price ordered'].filter(Boolean).join('; ')}
    >
      <div class="three-ways">
        <For each={props.of.ways}>
          {(way, place) => (
            <WayTable way={way} title={words()[way.way]} before={before(place())} zone={props.zone} />
          )}
        </For>
      </div>
    </Section>
  )
}

function WayTable(props: { way: Way; title: string; before: string; zone: string }) {
  const money = (amount: string) => (amount === '' ? '–' : formatDecimal(amount))
  const signed = (decimal: string) => (decimal === '' ? '–' : formatDecimal(decimal, { signed: true }))
  const differs = () =>
    props.way.more !== null && (props.way.more.quantity !== '0' || !['', '0'].includes(props.way.more.amount))
  return (
    <section class="scroll-x" tabindex="0" aria-label={props.title}>
      <table class="table">
        <thead>
          <tr>
            <th>{props.title}</th>
            <th class="r">Quantity</th>
            <th class="r">Price</th>
            <th class="r">Amount{props.way.currency ? `, ${props.way.currency}` : ''}</th>
          </tr>
        </thead>
        <tbody>
          <For
            each={props.way.documents}
            fallback={
              <tr>
                <td class="soft" colspan={4}>
                  Nothing yet
                </td>
              </tr>
            }
          >
            {(document) => (
              <tr>
                <td>
                  <b class="key">{document.number}</b>{' '}
                  <Show when={!PLAIN.includes(document.says)}>{wordsOf(document.says)} </Show>
                  <span class="soft">
                    {document.system_name} {formatTime(document.at, props.zone, { zone: false })}{' '}
                    <Show when={document.trace_id}>
                      <A href={`/traces/${document.trace_id}`}>trace</A>
                    </Show>
                  </span>
                </td>
                <td class="r">{formatDecimal(document.quantity)}</td>
                <td class="r">
                  {money(document.price)}
                  <Show when={document.price && document.price_factor !== '1'}>
                    {' '}
                    <span class="soft">per {formatDecimal(document.price_factor)}</span>
                  </Show>
                </td>
                <td class="r">
                  {money(document.amount)}
                  <Show when={document.currency !== props.way.currency}> {document.currency}</Show>
                </td>
              </tr>
            )}
          </For>
          <tr class="total">
            <td>{props.way.is_cut ? `The newest ${formatNumber(props.way.documents.length)}` : 'Total'}</td>
            <td class="r">{formatDecimal(props.way.quantity)}</td>
            <td />
            <td class="r">{money(props.way.amount)}</td>
          </tr>
          <Show when={props.way.more}>
            {(more) => (
              <tr class={differs() ? 't-breach' : 'soft'}>
                <td>Against {props.before}</td>
                <td class="r">{signed(more().quantity)}</td>
                <td />
                <td class="r">{signed(more().amount)}</td>
              </tr>
            )}
          </Show>
          <For each={[['Charges', props.way.charges] as const, ['Tax', props.way.tax] as const]}>
            {([title, sum]) => (
              <Show when={sum !== '0'}>
                <tr class="soft">
                  <td colspan={3}>{title}, beside it</td>
                  <td class="r">{formatDecimal(sum)}</td>
                </tr>
              </Show>
            )}
          </For>
        </tbody>
      </table>
    </section>
  )
}
