import { createSignal, Show } from 'solid-js'
import type { TokenList, TokenRow } from '../../server/api/schemas/access.ts'
import { postJson } from '../lib/api.ts'
import { formatNumber } from '../lib/format.ts'
import { ask, dataOf } from '../lib/queries.ts'
import { formatTime, viewerZone } from '../lib/time.ts'
import { TOKEN_WORDS } from '../lib/token-words.ts'
import { ConfirmDialog, type Question } from './confirm-dialog.tsx'
import { SecretOnce } from './secret-once.tsx'
import { Section } from './section.tsx'
import { Shape } from './shape.tsx'
import { Empty, Panel } from './states.tsx'
import { type Made, TokenForm } from './token-form.tsx'
import { TokenTable } from './token-table.tsx'

/** Tokens of scripts, of walls, or keys of senders: those there are, the way to make one, to rotate and to revoke it. */
export function AccessTokens(props: { kind: TokenRow['kind'] }) {
  const words = () => TOKEN_WORDS[props.kind]
  const answer = ask<TokenList>(
    [],
    () => ({ path: '/api/access/tokens', query: { kind: props.kind } }),
    () => ({ every: 60_000, keep: false }),
  )
  const [isMaking, setMaking] = createSignal(false)
  const [made, setMade] = createSignal<Made>()
  const [asked, setAsked] = createSignal<Question>()
  const show = (to: Made) => {
    setMaking(false)
    setMade(to)
    void answer.refetch()
  }
  const rotate = ({ id, name, kind }: TokenRow): Question => ({
    title: `Give ${name} another secret`,
    words:
      kind === 'display'
        ? 'The address before counts for another day; a screen that has opened it already goes on.'
        : 'The secret before counts for another day, so that whoever shows it can be given the new one meanwhile.',
    button: 'Rotate',
    run: async () => show({ ...(await postJson<Made>(`/api/access/tokens/${id}/rotate`)), name }),
  })
  const revoke = ({ id, name, kind }: TokenRow): Question => ({
    title: `Revoke ${name}`,
    words:
      kind === 'key'
        ? 'What is sent with it is refused from now on, and is not kept for later. It can not be taken back.'
        : 'Whoever shows it is refused from now on. It can not be taken back.',
    button: 'Revoke',
    run: async () => {
      await postJson(`/api/access/tokens/${id}/revoke`)
      void answer.refetch()
    },
  })
  return (
    <>
      <Show when={props.kind !== 'token' && dataOf(answer)}>
        {(data) => <Headline kind={props.kind} rows={data().tokens} />}
      </Show>
      <Section
        title={words().title}
        sub={words().sub}
        label={words().title}
        more={
          <Show when={!isMaking()}>
            <button type="button" class="btn small" onClick={() => setMaking(true)}>
              {words().make}
            </button>
          </Show>
        }
      >
        <Show when={made()}>
          {(now) => <Secret kind={props.kind} made={now()} onDone={() => setMade(undefined)} />}
        </Show>
        <Show when={isMaking()}>
          <TokenForm
            kind={props.kind}
            sources={dataOf(answer)?.sources ?? []}
            onMade={show}
            onLeave={() => setMaking(false)}
          />
        </Show>
        <Panel answer={answer} what={words().title} rows={3}>
          {(data) => (
            <Show
              when={data().tokens.length > 0}
              fallback={
                <Show when={!isMaking() && !made()}>
                  <Empty title={words().none}>
                    <p class="soft">{words().noneHint}</p>
                  </Empty>
                </Show>
              }
            >
              <TokenTable
                kind={props.kind}
                rows={data().tokens}
                onRotate={(row) => setAsked(rotate(row))}
                onRevoke={(row) => setAsked(revoke(row))}
              />
              <p class="muted small-text pad">
                {formatNumber(data().tokens.filter(({ state }) => state === 'active').length)} of{' '}
                {formatNumber(data().tokens.length)} active. When one was last used is told by the hour.
              </p>
            </Show>
          )}
        </Panel>
        <ConfirmDialog asked={asked()} onClose={() => setAsked(undefined)} />
      </Section>
    </>
  )
}

/** How many walls or keys open something, and which of them want a look. */
function Headline(props: { kind: TokenRow['kind']; rows: TokenRow[] }) {
  const open = () => props.rows.filter(({ state }) => state === 'active')
  const one = () => TOKEN_WORDS[props.kind].one
  const does = () => (props.kind === 'key' ? 'may send' : 'may show')
  const counted = (count: number) => `${formatNumber(count)} ${one()}${count === 1 ? '' : 's'}`
  const idle = () => open().filter(({ used_at }) => used_at === null).length
  const old = () => open().filter(({ old_until }) => old_until !== null).length
  return (
    <div class="sentence">
      <Shape status={open().length > 0 ? 'ok' : 'unknown'} />
      <p class="text">
        <b>{open().length > 0 ? `${counted(open().length)} ${does()}.` : `No ${one()} ${does()}.`}</b>
        <span class="rest">
          {[
            idle() > 0 && `${formatNumber(idle())} ${idle() === 1 ? 'was' : 'were'} never used.`,
            old() > 0 && `Of ${formatNumber(old())} the secret before still counts.`,
          ]
            .filter(Boolean)
            .join(' ')}
        </span>
      </p>
    </div>
  )
}

/** A secret as it is put to use: a wall by its address, all else as it is. */
function Secret(props: { kind: TokenRow['kind']; made: Made; onDone: () => void }) {
  const isWall = () => props.kind === 'display'
  return (
    <SecretOnce
      title={`${isWall() ? 'The address of' : 'The secret of'} ${props.made.name}`}
      secret={isWall() ? `${location.origin}/wall?token=${props.made.token}` : props.made.token}
      onDone={props.onDone}
    >
      <p>
        {isWall() ? (
          <>
            Open it once on the screen: it is kept there, and taken out of the address. What the wall shows
            can stand in it, too, such as <code>&amp;plant=HAM&amp;seconds=20</code>.
          </>
        ) : (
          <>
            Send it as <code>Authorization: Bearer …</code>
          </>
        )}
        <Show when={props.made.until}>
          {(until) => <> The one before counts until {formatTime(until(), viewerZone(), { day: true })}.</>}
        </Show>
      </p>
    </SecretOnce>
  )
}
