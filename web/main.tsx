/* @refresh reload */
import { QueryClientProvider } from '@tanstack/solid-query'
import { render } from 'solid-js/web'
import { App } from './app.tsx'
import { EstateProvider } from './lib/estate.tsx'
import { waitForFirst } from './lib/first.ts'
import { noticeIdle } from './lib/idle.ts'
import { queryClient } from './lib/queries.ts'
import { viewerZone } from './lib/time.ts'
import { nextTurn } from './lib/turns.tsx'
import './styles/tokens.css'
import './styles/base.css'
import './styles/frame.css'
import './styles/page.css'
import './styles/states.css'
import './styles/phone.css'
import './styles/overview.css'
import './styles/impact.css'
import './styles/exceptions.css'
import './styles/preview.css'
import './styles/queue.css'
import './styles/queue-phone.css'
import './styles/acts.css'
import './styles/case.css'
import './styles/history.css'
import './styles/causes.css'
import './styles/alerts.css'
import './styles/deliveries.css'
import './styles/flows.css'
import './styles/dependencies.css'
import './styles/traces.css'
import './styles/runs.css'
import './styles/quality.css'
import './styles/sources.css'
import './styles/propagation.css'
import './styles/work.css'
import './styles/masked.css'
import './styles/stack.css'

/** So long the page waits for what comes with it, to be drawn once rather than twice. */
const mostMs = 150

/** The page's script runs as soon as it is here: the page may still be coming, and its last part holds its rows. */
async function start(): Promise<void> {
  // a browser takes its time to say where it is: it does so while the page still comes
  viewerZone()
  await nextTurn()
  await waitForFirst(undefined, mostMs)
  const root = document.getElementById('app')
  if (!root) throw new Error('the page has no #app')
  render(
    () => (
      <QueryClientProvider client={queryClient}>
        <EstateProvider>
          <App />
        </EstateProvider>
      </QueryClientProvider>
    ),
    root,
  )
  noticeIdle()
}

if (document.getElementById('app')) start()
else document.addEventListener('DOMContentLoaded', start)
