import { Show } from 'solid-js'
import type { SilencePreview } from '../../server/api/schemas/alerts.ts'
import { formatNumber } from '../lib/format.ts'
import { formatTime } from '../lib/time.ts'

/** What a silence would keep quiet, when, and what of that fires now. */
export function SilencePreviewed(props: {
  preview: SilencePreview
  /** absent where it begins now */
  from: Date | undefined
  to: Date
  zone: string
}) {
  const rows = () => props.preview.rows
  const time = (at: Date) => formatTime(at.toISOString(), props.zone)
  return (
    <>
      Fits {props.preview.matches}, {props.from ? `from ${time(props.from)}` : 'from now'} to {time(props.to)}
      :{' '}
      <Show when={rows().length > 0} fallback="nothing like that fires now">
        <b>{formatNumber(rows().length)}</b> {rows().length === 1 ? 'fires' : 'fire'} now, {rows()[0]?.title}
        {rows().length > 1 ? ' and others' : ''}
        {props.from ? '; whoever is told before it begins is told when it is over' : ''}
      </Show>
      .
    </>
  )
}
