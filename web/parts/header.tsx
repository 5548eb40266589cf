import { A, useLocation } from '@solidjs/router'
import { createEffect, For, on, Show } from 'solid-js'
import type { AlertList } from '../../server/api/schemas/alerts.ts'
import type { ExceptionsOpen } from '../../server/api/schemas/exceptions.ts'
import { formatNumber } from '../lib/format.ts'
import { isIdle } from '../lib/idle.ts'
import { isPhone } from '../lib/media.ts'
import { ask, dataOf } from '../lib/queries.ts'
import { useScope } from '../lib/scope.ts'
import { theme, toggleTheme } from '../lib/theme.ts'
import { WhoAmI } from './queue-actor.tsx'
import { SearchBox } from './search-box.tsx'
import { Bob } from './shape.tsx'

const NAV = [
  { href: '/', label: 'Overview', also: ['/plants'] },
  { href: '/exceptions', label: 'Exceptions', also: [] },
  { href: '/alerts', label: 'Alerts', also: ['/deliveries'] },
  { href: '/flows', label: 'Flows', also: [] },
  { href: '/dependencies', label: 'Dependencies', also: [] },
  { href: '/reconciliation', label: 'Reconciliation', also: ['/checks', '/runs'] },
  { href: '/propagation', label: 'Propagation', also: [] },
  { href: '/traces', label: 'Traces', also: [] },
  { href: '/sources', label: 'Sources', also: ['/quarantine', '/replays', '/health'] },
  { href: '/quality', label: 'Data quality', also: [] },
]

/** Brand, places, search, theme. */
export function Header() {
  const location = useLocation()
  const scope = useScope()
  // the page itself comes first
  const later = () => ({ enabled: isIdle() })
  const open = ask<ExceptionsOpen>(['exceptions'], () => ({ path: '/api/exceptions/open' }), later)
  const alerts = ask<AlertList>(
    ['alerts'],
    () => ({ path: '/api/alerts', query: { status: 'firing' } }),
    later,
  )
  const isIn = (entry: (typeof NAV)[number]) =>
    entry.href === location.pathname ||
    [entry.href, ...entry.also].some((path) => path !== '/' && `${location.pathname}/`.startsWith(`${path}/`))
  // on a phone the places scroll: the current one must be in view
  let nav: HTMLElement | undefined
  createEffect(
    on(
      () => location.pathname,
      () => {
        // where it stands is known after the frame is laid out; asked before, it would be laid out twice
        if (!isPhone()) return
        requestAnimationFrame(() => {
          const link = nav?.querySelector<HTMLElement>('[aria-current]')
          if (nav && link)
            nav.scrollLeft = link.offsetLeft - nav.offsetLeft - (nav.clientWidth - link.clientWidth) / 2
        })
      },
    ),
  )
  return (
    <header class="head">
      <A class="brand" href="/">
        <Bob />
        Plumbline
      </A>
      <nav class="nav" ref={nav} aria-label="Pages">
        <For each={NAV}>
          {(entry) => (
            <a
              href={scope.hrefOf(entry.href)}
              class={isIn(entry) ? 'active' : ''}
              aria-current={isIn(entry) ? 'page' : undefined}
            >
              {entry.label}
              <Show when={entry.href === '/exceptions' && dataOf(open)}>
                {(open) => <span class="count">{formatNumber(open().total)}</span>}
              </Show>
              <Show when={entry.href === '/alerts' && (dataOf(alerts)?.counts.firing ?? 0) > 0}>
                <span class="count">{formatNumber(dataOf(alerts)?.counts.firing ?? 0)}</span>
              </Show>
            </a>
          )}
        </For>
      </nav>
      <SearchBox />
      <WhoAmI />
      <button
        type="button"
        class="head-cell icon"
        aria-label={theme() === 'dark' ? 'Use the light theme' : 'Use the dark theme'}
        title={theme() === 'dark' ? 'Light theme' : 'Dark theme'}
        onClick={toggleTheme}
      >
        <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
          <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.4" />
          <path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor" />
        </svg>
      </button>
    </header>
  )
}
