import { A } from '@solidjs/router'
import { createMemo, createSignal, For, Show } from 'solid-js'
import type { ServiceMap } from '../../server/api/schemas/service-map.ts'
import { useDependencyScope } from '../lib/dependencies.ts'
import { formatDuration, formatNumber, formatPercent } from '../lib/format.ts'
import { layoutMap, type MapEdge, NODE } from '../lib/service-map.ts'

/** From this share of failed calls on, an edge is drawn as one that needs looking at; in percent. */
const LOUD = 1

/** Who calls whom: a drawing in layers, and the same as a list with its numbers. Every edge leads to its traces. */
export function ServiceMapView(props: { map: ServiceMap }) {
  const scope = useDependencyScope()
  const layout = createMemo(() => layoutMap(props.map))
  const [lit, setLit] = createSignal('')
  const name = (service: string) => props.map.services.find((one) => one.service === service)?.name ?? service
  const idOf = (edge: { caller: string; callee: string }) => `${edge.caller}>${edge.callee}`
  const most = createMemo(() => Math.max(1, ...layout().edges.map((edge) => edge.calls)))
  const about = () => (props.map.one_in > 1 ? '≈\u2009' : '')
  const share = (edge: { calls: number; errors: number }) =>
    edge.calls > 0 ? (edge.errors / edge.calls) * 100 : 0
  const tracesOf = (edge: { caller: string; callee: string }, calls = '') =>
    scope.hrefOf('/traces', { service: edge.caller, callee: edge.callee, calls, compare: '' })
  const words = (edge: MapEdge) =>
    `${name(edge.caller)} to ${name(edge.callee)}: ${about()}${formatNumber(edge.calls)} calls, ${formatPercent(share(edge))} failed`
  return (
    <div class="map-cols">
      <section class="map-drawing" aria-label="Services and the calls between them">
        <svg
          viewBox={`0 0 ${layout().width} ${layout().height}`}
          style={{ 'max-width': `${layout().width * 1.1}px` }}
        >
          <title>Services and the calls between them</title>
          <defs>
            <marker
              id="map-end"
              viewBox="0 0 8 8"
              refX="6"
              refY="4"
              markerWidth="8"
              markerHeight="8"
              markerUnits="userSpaceOnUse"
              orient="auto"
            >
              <path d="M0 .5 7 4 0 7.5" fill="none" stroke="context-stroke" stroke-width="1.2" />
            </marker>
          </defs>
          <For each={layout().edges}>
            {(edge) => (
              // an <a> of its own would be one of HTML, and drawn nowhere
              <g class="map-edge" classList={{ loud: share(edge) >= LOUD, lit: lit() === idOf(edge) }}>
                <a
                  href={tracesOf(edge)}
                  aria-label={`${words(edge)}; its traces`}
                  onMouseEnter={() => setLit(idOf(edge))}
                  onMouseLeave={() => setLit('')}
                  onFocus={() => setLit(idOf(edge))}
                  onBlur={() => setLit('')}
                >
                  <title>{words(edge)}</title>
                  <path class="map-grip" d={edge.path} />
                  <path
                    class="map-line"
                    d={edge.path}
                    stroke-width={1 + 2.5 * (Math.log1p(edge.calls) / Math.log1p(most()))}
                    marker-end="url(#map-end)"
                  />
                </a>
              </g>
            )}
          </For>
          <For each={layout().nodes}>
            {(node) => (
              <g
                class="map-node"
                classList={{ leaf: !node.service.is_traced }}
                transform={`translate(${node.x} ${node.y})`}
              >
                <rect width={NODE.width} height={NODE.height} />
                <text x="10" y="16">
                  {node.service.name}
                </text>
                <text class="sub" x="10" y="30">
                  {node.service.is_traced ? node.service.service : `${node.service.service}, not traced`}
                </text>
              </g>
            )}
          </For>
        </svg>
      </section>
      <section class="scroll-x tall map-list" tabindex="0" aria-label="Calls between services">
        <table class="table">
          <thead>
            <tr>
              <th>Who calls whom</th>
              <th class="r">Calls</th>
              <th class="r">Errors</th>
              <th class="r">p95</th>
            </tr>
          </thead>
          <tbody>
            <For each={props.map.edges}>
              {(edge) => (
                <tr
                  classList={{ lit: lit() === idOf(edge) }}
                  onMouseEnter={() => setLit(idOf(edge))}
                  onMouseLeave={() => setLit('')}
                >
                  <td class="nowrap">
                    <A href={tracesOf(edge)}>
                      <b>
                        {edge.caller} → {edge.callee}
                      </b>
                    </A>{' '}
                    <Show when={edge.is_message}>
                      <span class="soft">message</span>
                    </Show>
                  </td>
                  <td class="r">
                    {about()}
                    {formatNumber(edge.calls)}
                  </td>
                  <td class={`r ${share(edge) >= LOUD ? 'strong t-breach' : 'soft'}`}>
                    <Show when={edge.errors > 0} fallback={formatPercent(0)}>
                      <A class="quiet" href={tracesOf(edge, 'errors')}>
                        {formatPercent(share(edge))}
                      </A>
                    </Show>
                  </td>
                  <td class="r">{formatDuration(edge.p95_ms)}</td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </section>
    </div>
  )
}
