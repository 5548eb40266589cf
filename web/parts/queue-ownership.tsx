import { createEffect, createSignal, For, Match, on, Show, Switch } from 'solid-js'
import type { OwnershipMoves } from '../../server/api/schemas/ownership.ts'
import { aboutAct } from '../lib/act.ts'
import { actor } from '../lib/actor.ts'
import { postJson } from '../lib/api.ts'
import { useEstate } from '../lib/estate.tsx'
import { focusFirst, focusSoon } from '../lib/focus.ts'
import { formatNumber } from '../lib/format.ts'
import { announceChange } from '../lib/stream.ts'
import { ActorField } from './actor-field.tsx'
import { DialogFrame } from './dialog-frame.tsx'
import { Progress, Results } from './queue-act-results.tsx'

type Move = OwnershipMoves['moves'][number]
type Stage =
  | { at: 'trying' }
  | { at: 'failed'; problem: string }
  | { at: 'tried'; moves: Move[] }
  | { at: 'moving'; total: number; done: number }
  | { at: 'moved'; results: OwnershipMoves['results'] }

/** So many are moved by one call; between, whoever waits is told how far it is. */
const AT_ONCE = 2_000

/** The rules of who owns what, applied again to what is open: what would move, then the moves that were shown. */
export default function OwnershipDialog(props: { open: boolean; onClose: () => void }) {
  const [stage, setStage] = createSignal<Stage>({ at: 'trying' })
  const [wasNamed, setWasNamed] = createSignal(true)
  const attempt = async (work: () => Promise<void>) => {
    try {
      await work()
    } catch (error) {
      setStage({ at: 'failed', problem: error instanceof Error ? error.message : String(error) })
    }
  }
  const look = () =>
    attempt(async () => {
      setStage({ at: 'trying' })
      const { moves } = await postJson<OwnershipMoves>('/api/ownership', { dry_run: true })
      setStage({ at: 'tried', moves })
    })
  const move = (moves: Move[]) =>
    attempt(async () => {
      const results: OwnershipMoves['results'] = []
      for (let from = 0; from < moves.length; from += AT_ONCE) {
        setStage({ at: 'moving', total: moves.length, done: from })
        const some = moves.slice(from, from + AT_ONCE).map(({ number, to }) => ({ number, to }))
        const answer = await postJson<OwnershipMoves>('/api/ownership', { dry_run: false, moves: some })
        results.push(...answer.results)
      }
      announceChange(['exceptions'])
      setStage({ at: 'moved', results })
    })
  createEffect(
    on(
      () => props.open,
      (open) => {
        if (!open) return
        setWasNamed(actor() !== '')
        void look()
      },
    ),
  )
  return (
    <DialogFrame open={props.open} title="Apply the ownership rules" onClose={props.onClose}>
      <Switch>
        <Match when={stage().at === 'trying'}>
          <p role="status">Looking at what is open …</p>
        </Match>
        <Match when={stageOf(stage(), 'failed')}>
          {(now) => (
            <>
              <p class="t-breach" role="alert">
                {now().problem}
              </p>
              <p class="act-foot">
                <button type="button" class="btn" ref={focusSoon} onClick={() => void look()}>
                  Look again
                </button>
              </p>
            </>
          )}
        </Match>
        <Match when={stageOf(stage(), 'tried')}>
          {(now) => (
            <form
              ref={focusFirst}
              onSubmit={(event) => {
                event.preventDefault()
                void move(now().moves)
              }}
            >
              <Moves moves={now().moves} />
              <Show when={!wasNamed() && now().moves.length > 0}>
                <ActorField isFirst />
              </Show>
              <p class="act-foot">
                <Show
                  when={now().moves.length > 0}
                  fallback={
                    <button type="button" class="btn btn-main" data-first onClick={() => props.onClose()}>
                      Close <kbd>Enter</kbd>
                    </button>
                  }
                >
                  <button type="submit" class="btn btn-main" data-first={wasNamed()}>
                    Move {formatNumber(now().moves.length)} <kbd>Enter</kbd>
                  </button>
                  <button type="button" class="btn" onClick={() => props.onClose()}>
                    Leave them
                  </button>
                </Show>
              </p>
            </form>
          )}
        </Match>
        <Match when={stageOf(stage(), 'moving')}>
          {(now) => <Progress isDry={false} word="Moving" progress={now()} />}
        </Match>
        <Match when={stageOf(stage(), 'moved')}>
          {(now) => (
            <Results
              about={{ ...aboutAct('move'), done: 'moved' }}
              results={now().results}
              onRetry={() => void look()}
              onClose={props.onClose}
            />
          )}
        </Match>
      </Switch>
    </DialogFrame>
  )
}

/** What would move, by where from, where to and by which rule. */
function Moves(props: { moves: Move[] }) {
  const estate = useEstate()
  const groups = () => {
    const found = new Map<string, Move[]>()
    for (const move of props.moves) {
      const words = `${estate.teamName(move.from)} to ${estate.teamName(move.to)}: ${move.why}`
      found.set(words, [...(found.get(words) ?? []), move])
    }
    return [...found].sort((a, b) => b[1].length - a[1].length)
  }
  return (
    <>
      <p role="status">
        <b>{formatNumber(props.moves.length)}</b> open {props.moves.length === 1 ? 'case' : 'cases'} would go
        to another team. What a person has moved stays.
      </p>
      <For each={groups()}>
        {([words, moves]) => (
          <details class="reasons">
            <summary>
              <b>{formatNumber(moves.length)}</b> from {words}
            </summary>
            <ul>
              <For each={moves.slice(0, 8)}>
                {(move) => (
                  <li>
                    {move.key || `EX-${move.number}`} <span class="muted">{move.plant}</span>
                  </li>
                )}
              </For>
              <Show when={moves.length > 8}>
                <li class="muted">and {formatNumber(moves.length - 8)} more</li>
              </Show>
            </ul>
          </details>
        )}
      </For>
    </>
  )
}

const stageOf = <At extends Stage['at']>(stage: Stage, at: At) =>
  stage.at === at ? (stage as Extract<Stage, { at: At }>) : undefined
