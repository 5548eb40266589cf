import { createMemo, For, Show } from 'solid-js'
import type { Wall } from '../../server/api/schemas/wall.ts'
import { createFit } from '../lib/fit.ts'
import { formatMoneyShort, formatNumber, keepNumbers } from '../lib/format.ts'
import { splitValue } from '../lib/kpi.ts'
import { formatTime } from '../lib/time.ts'
import { pickRows } from '../lib/wall.ts'
import { Shape, STATUS_WORDS } from './shape.tsx'
import { WallDeadline } from './wall-deadline.tsx'

/** Rows of plants, and of the places of one, that are enough for a wall; fewer where the sentence is long. */
const MOST = { plants: 6, places: 8 }

export interface Silence {
  age: string
  since: string
  word: string
  of: string
}

/** One view: a sentence, KPIs, rows, and the deadline that runs. While it is silent, colour is taken from all but that. */
export function WallBoard(props: { wall: Wall; zone: string; now: number; silence: Silence | undefined }) {
  const clockOf = (iso: string, zone = true) => formatTime(iso, props.zone, { zone, now: props.now })
  /** up to when what is shown is known */
  const known = () => props.silence?.since ?? props.wall.as_of
  const at = () => clockOf(known(), false)
  const statusOf = (status: Wall['sentence']['status']) => (props.silence ? 'unknown' : status)
  const { fits, frame, list } = createFit(
    () => MOST[props.wall.rows_of],
    () => [props.wall, props.silence?.word],
  )
  const rows = createMemo(() => pickRows([...props.wall.rows], fits()))
  const isPlants = () => props.wall.rows_of === 'plants'
  const restBad = () => rows().rest.filter((row) => row.status !== 'ok').length
  return (
    <>
      <Show
        when={props.silence}
        fallback={
          <div class="wall-sentence">
            <Shape status={props.wall.sentence.status} />
            <div>
              <h1>{props.wall.sentence.lead}</h1>
              <p>{keepNumbers(props.wall.sentence.rest)}</p>
            </div>
          </div>
        }
      >
        {(silence) => (
          <div class="wall-stale" role="alert">
            <div>
              <h1>STALE. Do not act on this.</h1>
              <p>Last known numbers, {clockOf(known())}.</p>
            </div>
            <div class="age">
              <b>{silence().age}</b>
              <span>{silence().of}</span>
            </div>
          </div>
        )}
      </Show>
      <div class="wall-tiles">
        <For each={props.wall.tiles}>
          {(tile) => {
            const split = () => splitValue(tile, props.wall.currency, true)
            return (
              <div class="wall-tile">
                <span class="name">{tile.label}</span>
                <span class="big">
                  {split().value}
                  <Show when={tile.kind !== 'count' && split().unit}>
                    <small>{split().unit}</small>
                  </Show>
                </span>
                <span class={`low t-${statusOf(tile.status)}`}>
                  <Shape status={statusOf(tile.status)} />
                  <span class="sr">{STATUS_WORDS[statusOf(tile.status)]}</span>
                  {props.silence ? `at ${at()}` : keepNumbers(tile.detail)}
                </span>
              </div>
            )
          }}
        </For>
      </div>
      <div class="wall-cols" ref={frame}>
        <table class={`wall-rows of-${props.wall.rows_of}`}>
          <thead>
            <tr>
              <th scope="col">{isPlants() ? 'Plant' : 'Hand-off or check'}</th>
              <th scope="col">{props.silence ? 'Status' : isPlants() ? 'Worst now' : 'Now'}</th>
              <Show when={isPlants()}>
                <th scope="col" class="right">
                  Exceptions
                </th>
                <th scope="col" class="right">
                  At risk
                </th>
              </Show>
            </tr>
          </thead>
          <tbody ref={list}>
            <For each={rows().shown}>
              {(row) => (
                <tr>
                  <th scope="row">
                    <span>
                      <Shape status={statusOf(row.status)} />
                      <span class="sr">{STATUS_WORDS[statusOf(row.status)]}</span>
                      {row.name}
                    </span>
                  </th>
                  <td class={statusOf(row.status) === 'breach' ? 'bad' : ''}>
                    {props.silence ? `Unknown since ${at()}` : keepNumbers(row.worst)}
                  </td>
                  <Show when={isPlants()}>
                    <td class="num right">{formatNumber(row.cases ?? 0)}</td>
                    <td class="num right">
                      {formatMoneyShort(Number(row.amount ?? 0), props.wall.currency)}
                    </td>
                  </Show>
                </tr>
              )}
            </For>
            <Show when={rows().rest.length > 0}>
              <tr class="rest">
                <td colspan={isPlants() ? 4 : 2}>
                  {rows().rest.length} more,{' '}
                  {props.silence ? 'unknown' : restBad() > 0 ? `${restBad()} not OK` : 'all OK'}
                </td>
              </tr>
            </Show>
          </tbody>
        </table>
        <WallDeadline wall={props.wall} now={props.now} isSilent={props.silence !== undefined} />
      </div>
    </>
  )
}
