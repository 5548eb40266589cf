import { Route, Router, type RouteSectionProps, useLocation } from '@solidjs/router'
import { ErrorBoundary, lazy, onCleanup, onMount, Show, Suspense } from 'solid-js'
import { listenForKeys } from './lib/keys.ts'
import { connection, followChanges } from './lib/stream.ts'
// the two pages that are open all day come with the frame
import Exceptions from './pages/exceptions.tsx'
import Overview from './pages/overview.tsx'
import { GoKeys } from './parts/go-keys.tsx'
import { Header } from './parts/header.tsx'
import { HelpDialog } from './parts/help-dialog.tsx'
import { Broken, NotFound, StaleStrip } from './parts/states.tsx'

const ExceptionPage = lazy(() => import('./pages/exception.tsx'))
const Deliveries = lazy(() => import('./pages/deliveries.tsx'))
const Alerts = lazy(() => import('./pages/alerts.tsx'))
const AlertPage = lazy(() => import('./pages/alert.tsx'))
const Flows = lazy(() => import('./pages/flows.tsx'))
const FlowPage = lazy(() => import('./pages/flow.tsx'))
const Dependencies = lazy(() => import('./pages/dependencies.tsx'))
const DependencyPage = lazy(() => import('./pages/dependency.tsx'))
const Reconciliation = lazy(() => import('./pages/reconciliation.tsx'))
const CheckPage = lazy(() => import('./pages/check.tsx'))
const RunPage = lazy(() => import('./pages/run.tsx'))
const Propagation = lazy(() => import('./pages/propagation.tsx'))
const MasterPage = lazy(() => import('./pages/master.tsx'))
const Traces = lazy(() => import('./pages/traces.tsx'))
const TracePage = lazy(() => import('./pages/trace.tsx'))
const Sources = lazy(() => import('./pages/sources.tsx'))
const Quarantine = lazy(() => import('./pages/quarantine.tsx'))
const QuarantineMessage = lazy(() => import('./pages/quarantine-message.tsx'))
const Replays = lazy(() => import('./pages/replays.tsx'))
const ReplayPage = lazy(() => import('./pages/replay.tsx'))
const PlantPage = lazy(() => import('./pages/plant.tsx'))
const KeyPage = lazy(() => import('./pages/key.tsx'))
const Wall = lazy(() => import('./pages/wall.tsx'))
const Quality = lazy(() => import('./pages/quality.tsx'))
const Health = lazy(() => import('./pages/health.tsx'))
const Access = lazy(() => import('./pages/access.tsx'))

/** The frame every page stands in, and the routes. */
export function App() {
  return (
    <Router root={Frame}>
      <Route path="/" component={Overview} />
      <Route path="/exceptions" component={Exceptions} />
      <Route path="/exceptions/:number" component={ExceptionPage} />
      <Route path="/alerts" component={Alerts} />
      <Route path="/deliveries" component={Deliveries} />
      <Route path="/alerts/:fingerprint" component={AlertPage} />
      <Route path="/flows" component={Flows} />
      <Route path="/flows/:flow" component={FlowPage} />
      <Route path="/dependencies" component={Dependencies} />
      <Route path="/dependencies/:dependency" component={DependencyPage} />
      <Route path="/reconciliation" component={Reconciliation} />
      <Route path="/checks/:check" component={CheckPage} />
      <Route path="/runs/:run" component={RunPage} />
      <Route path="/propagation" component={Propagation} />
      <Route path="/propagation/:master/:key" component={MasterPage} />
      <Route path="/traces" component={Traces} />
      <Route path="/traces/:trace_id" component={TracePage} />
      <Route path="/sources" component={Sources} />
      <Route path="/quarantine" component={Quarantine} />
      <Route path="/quarantine/:id" component={QuarantineMessage} />
      <Route path="/replays" component={Replays} />
      <Route path="/replays/:replay" component={ReplayPage} />
      <Route path="/quality" component={Quality} />
      <Route path="/plants/:plant" component={PlantPage} />
      <Route path="/keys/:key" component={KeyPage} />
      <Route path="/health" component={Health} />
      <Route path="/access/:part?" component={Access} />
      <Route path="/wall" component={Wall} />
      <Route path="*" component={NotFound} />
    </Router>
  )
}

function Frame(props: RouteSectionProps) {
  const location = useLocation()
  onMount(() => {
    onCleanup(followChanges())
    onCleanup(listenForKeys())
  })
  const page = () => (
    <ErrorBoundary fallback={(error, reset) => <Broken error={error} reset={reset} />}>
      <Suspense>{props.children}</Suspense>
    </ErrorBoundary>
  )
  return (
    // a wall has no frame: nobody stands before it to use one
    <Show when={location.pathname !== '/wall'} fallback={page()}>
      <div class="app" data-stale={connection() === 'stale' ? '' : undefined}>
        <a class="skip" href="#main">
          Skip to the content
        </a>
        <Header />
        <StaleStrip />
        {page()}
        <GoKeys />
        <HelpDialog />
      </div>
    </Show>
  )
}
