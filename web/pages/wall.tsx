import { useSearchParams } from '@solidjs/router'
import { createEffect, createMemo, createSignal, onCleanup, Show } from 'solid-js'
import type { Wall } from '../../server/api/schemas/wall.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatAge } from '../lib/format.ts'
import { ask, askAhead, dataOf, queryClient, type Topic } from '../lib/queries.ts'
import { viewerZone } from '../lib/time.ts'
import { useTitle } from '../lib/title.ts'
import { listViews, readWallAddress, silentMs, turnOf, type WallView } from '../lib/wall.ts'
import { loadNewBuild } from '../lib/wall-build.ts'
import { WallBoard } from '../parts/wall-board.tsx'
import { WallHead } from '../parts/wall-head.tsx'
import '../styles/wall.css'

const topics: Topic[] = ['runs', 'exceptions', 'events', 'spans', 'sources']
const everyMs = 15_000
/** The next view is asked for so long before it is on. */
const aheadS = 5

const questionOf = (view: WallView) => ({ path: '/api/wall', query: view.query })

/** What a room reads from five metres; works by itself for as long as the screen has power. */
export default function WallPage() {
  useTitle(() => 'Wall')
  const estate = useEstate()
  const [params] = useSearchParams()
  const [tick, setTick] = createSignal(Date.now())
  const timer = setInterval(() => setTick(Date.now()), 1000)
  onCleanup(() => clearInterval(timer))

  const address = createMemo(() => readWallAddress(params))
  const views = createMemo<WallView[]>(() => {
    const view = estate.view()
    return view ? listViews(address(), view) : []
  })
  /** the server's clock runs here too: a screen's own may be wrong by hours, and deadlines are read from it */
  const [ahead, setAhead] = createSignal(0)
  const now = () => tick() + ahead()
  const turn = () => turnOf(Math.max(1, views().length), address().seconds, now())
  const index = createMemo(() => turn().index)
  const view = createMemo(() => views()[index()])

  const answer = ask<Wall>(
    topics,
    () => questionOf(view() ?? { title: '', zone: undefined, query: {} }),
    () => ({ enabled: view() !== undefined, keep: false, every: everyMs }),
  )
  const data = () => dataOf(answer)

  const [heardAt, setHeardAt] = createSignal(Date.now())
  createEffect(() => {
    const known = data()
    if (!known || answer.dataUpdatedAt < heardAt()) return
    setHeardAt(answer.dataUpdatedAt)
    setAhead(Date.parse(known.as_of) - answer.dataUpdatedAt)
    loadNewBuild(known.build)
  })
  createEffect(() => {
    const next = views()[(index() + 1) % Math.max(1, views().length)]
    if (next && views().length > 1 && turn().left === aheadS) askAhead(topics, questionOf(next))
  })
  // what is watched came with the page; where it did not, nothing else can be asked
  const knock = setInterval(() => {
    if (!estate.view()) void queryClient.refetchQueries({ queryKey: [[], '/api/estate'] })
  }, everyMs)
  onCleanup(() => clearInterval(knock))

  const isCut = createMemo(() => tick() - heardAt() > silentMs)
  const zone = () => view()?.zone ?? viewerZone()
  /** why nothing on screen may be acted on, and since when; undefined while it may */
  const silence = createMemo(() => {
    if (isCut())
      return {
        age: formatAge((tick() - heardAt()) / 1000),
        since: data()?.as_of ?? '',
        word: 'Connection lost, retrying',
        of: 'without an answer',
      }
    const since = data()?.silent_since
    return since
      ? {
          age: formatAge((now() - Date.parse(since)) / 1000),
          since,
          word: 'All sources silent',
          of: 'without data',
        }
      : undefined
  })
  return (
    <div class="wall" data-theme="dark" data-stale={silence() ? '' : undefined}>
      <WallHead
        title={view()?.title ?? ''}
        zone={zone()}
        now={now()}
        updated={data()?.as_of}
        trouble={silence()?.word ?? (answer.isError ? 'No answer, retrying' : '')}
        turn={views().length > 1 ? { ...turn(), views: views().length } : undefined}
      />
      <main id="main">
        <Show
          when={data()}
          fallback={
            <p class="wall-wait" role="status">
              {silence()
                ? `STALE. Plumbline has not answered for ${silence()?.age}.`
                : answer.isError
                  ? answer.error?.message
                  : 'Reading the first numbers'}
            </p>
          }
        >
          {(wall) => <WallBoard wall={wall()} zone={zone()} now={now()} silence={silence()} />}
        </Show>
      </main>
    </div>
  )
}
