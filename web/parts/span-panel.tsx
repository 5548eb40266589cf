import { A } from '@solidjs/router'
import { For, Show } from 'solid-js'
import type { Span, ValueType } from '../../server/api/schemas/traces.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatDuration } from '../lib/format.ts'
import { prettyJson } from '../lib/pretty-json.ts'
import { formatTime } from '../lib/time.ts'
import { Fact } from './fact.tsx'
import { Masked, MaskedNote } from './masked.tsx'
import { Section } from './section.tsx'

/** All a span carries: its attributes, its resource, its events, its links. */
export function SpanPanel(props: {
  span: Span
  start_ns: bigint
  zone: string
  /** for how long it decided how long the trace took */
  decided_ms: number
}) {
  const estate = useEstate()
  const span = () => props.span
  const start = () => new Date(Number(BigInt(span().start_ns) / 1_000_000n)).toISOString()
  const since = (at_ns: string) => Number(BigInt(at_ns) - props.start_ns) / 1e6
  return (
    <aside class="span-panel" aria-label="The selected span">
      <Section title={span().name} sub={span().kind.toLowerCase()}>
        <Show when={span().status === 'ERROR'}>
          <p class="err-text">
            <Masked text={span().status_message || 'Ended with an error, without a message.'} />
          </p>
        </Show>
        <div class="block two">
          <Fact label="Service" value={span().service || '–'} />
          <Fact label="System" value={span().system ? estate.systemName(span().system) : '–'} />
          <Fact label="Started" value={formatTime(start(), props.zone, { millis: true })} />
          <Fact label="Duration" value={formatDuration(Number(span().duration_ns) / 1e6)} />
          <Fact label="Of it on the critical path" value={formatDuration(props.decided_ms)} />
          <Fact
            label="Status"
            value={span().status === 'UNSET' ? 'Unset' : span().status === 'OK' ? 'OK' : 'Error'}
          />
          <div>
            <span class="label">Business key</span>
            <div class="v">
              <Show when={span().key} fallback="–">
                <A href={`/traces?key=${encodeURIComponent(span().key)}`}>{span().key}</A>
                {' · '}
                <A href={`/exceptions?state=all&q=${encodeURIComponent(span().key)}`}>exceptions</A>
              </Show>
            </div>
          </div>
        </div>
      </Section>
      <MaskedNote of={span()} />
      <Pairs title="Attributes" pairs={span().attributes} types={span().attribute_types} />
      <Show when={span().events.length > 0}>
        <Section title="Events">
          <For each={span().events}>
            {(event) => (
              <>
                <p>
                  <b>{event.name}</b> <span class="muted">at {formatDuration(since(event.at_ns))}</span>
                </p>
                <PairTable pairs={event.attributes} />
              </>
            )}
          </For>
        </Section>
      </Show>
      <Show when={span().links.length > 0}>
        <Section title="Links">
          <For each={span().links}>
            {(link) => (
              <>
                <p>
                  <A class="mono" href={`/traces/${link.trace_id}?span=${link.span_id}`}>
                    {link.trace_id}
                  </A>{' '}
                  <span class="muted">
                    span <span class="mono">{link.span_id}</span>
                  </span>
                </p>
                <PairTable pairs={link.attributes} />
              </>
            )}
          </For>
        </Section>
      </Show>
      <Pairs title="Resource" pairs={span().resource} types={span().resource_types} />
      <p class="path mono">
        span {span().span_id}
        <Show when={span().scope}>
          <br />
          scope {span().scope} {span().scope_version}
        </Show>
        <Show when={span().trace_state}>
          <br />
          state {span().trace_state}
        </Show>
      </p>
    </aside>
  )
}

type Types = Record<string, ValueType>

function Pairs(props: { title: string; pairs: Record<string, string>; types: Types }) {
  return (
    <Show when={Object.keys(props.pairs).length > 0}>
      <Section title={props.title}>
        <PairTable pairs={props.pairs} types={props.types} />
      </Section>
    </Show>
  )
}

function PairTable(props: { pairs: Record<string, string>; types?: Types }) {
  const sorted = () => Object.entries(props.pairs).sort(([a], [b]) => a.localeCompare(b))
  return (
    <table class="pairs">
      <tbody>
        <For each={sorted()}>
          {([name, value]) => <Pair name={name} value={value} type={props.types?.[name]} />}
        </For>
      </tbody>
    </table>
  )
}

/** What a list or a map holds that was nested too deep to be read out: its protobuf bytes. */
const UNREAD = /"otlp\.(array|kvlist)":/

function Pair(props: { name: string; value: string; type: ValueType | undefined }) {
  const isNumber = () => props.type === 'integer' || props.type === 'double'
  const isNested = () => props.type === 'list' || props.type === 'map'
  const label = () => {
    if (props.type === 'bytes') return 'bytes, as base64'
    if (isNested() && UNREAD.test(props.value))
      return `${props.type}, what is nested deep as protobuf in base64`
    return props.type === 'none' ? 'sent without a value' : props.type
  }
  return (
    <tr>
      <th scope="row">
        {props.name}
        <Show when={label()}>{(words) => <span class="type">{words()}</span>}</Show>
      </th>
      <td classList={{ number: isNumber() }}>
        <Show when={isNested()} fallback={<Masked text={props.value} />}>
          <pre>
            <Masked text={prettyJson(props.value)} />
          </pre>
        </Show>
      </td>
    </tr>
  )
}
