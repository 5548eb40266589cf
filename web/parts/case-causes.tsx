import { A } from '@solidjs/router'
import { createSignal, For, Show } from 'solid-js'
import type { CaseCause } from '../../server/api/schemas/causes.ts'
import type { ExceptionDetail } from '../../server/api/schemas/exceptions.ts'
import { withQuery } from '../lib/api.ts'
import { formatMoney, formatNumber, formatPercent, keepNumbers } from '../lib/format.ts'
import { useKeys } from '../lib/keys.ts'
import { may } from '../lib/may.ts'
import { formatTime } from '../lib/time.ts'
import { type Verdict, VerdictDialog } from './case-verdict.tsx'
import { Section } from './section.tsx'

const STEPS = 10

/** Why the sides disagree, best first: what speaks for it, what to do, and whether people agree. */
export function CaseCauses(props: { detail: ExceptionDetail }) {
  const [asked, setAsked] = createSignal<Verdict>()
  const causes = () => props.detail.causes
  const first = () => causes().ranked.find((cause) => cause.verdict !== 'rejected')
  const others = () => causes().ranked.filter((cause) => cause !== first())
  /** A verdict counts for cases to come: it is asked about before it is given. */
  const judge = (cause: CaseCause | undefined, verdict: Verdict['verdict']) => {
    if (cause) setAsked({ cause, verdict })
  }
  useKeys([
    { key: 'y', label: 'Confirm the first cause', needs: 'work', run: () => judge(first(), 'confirmed') },
    { key: 'n', label: 'Reject the first cause', needs: 'work', run: () => judge(first(), 'rejected') },
  ])
  return (
    <Section
      title="Suggested cause"
      class="cause"
      more={
        <Show when={first()}>
          {(cause) => (
            <span class="fit">
              <span class="muted">facts fit</span>
              <Fit score={cause().score} />
              <b class="num">{formatPercent(cause().score * 100, { min: 0, max: 0 })}</b>
            </span>
          )}
        </Show>
      }
    >
      <Show when={first()} fallback={<Nothing detail={props.detail} />}>
        {(cause) => (
          <>
            <h3 class="cause-title">{cause().title}</h3>
            <p class="soft cause-about">{cause().description}</p>
            <Evidence cause={cause()} zone={props.detail.time_zone} />
            <p class="cause-advice">{cause().advice}</p>
            <p class="cause-verdict">
              <Show when={may('work') || cause().verdict === 'confirmed'}>
                <Show
                  when={cause().verdict === 'confirmed'}
                  fallback={
                    <>
                      <button type="button" class="btn" onClick={() => judge(cause(), 'confirmed')}>
                        That is it <kbd>Y</kbd>
                      </button>
                      <button type="button" class="btn" onClick={() => judge(cause(), 'rejected')}>
                        It is not <kbd>N</kbd>
                      </button>
                    </>
                  }
                >
                  <b>
                    <i class="tick" /> Confirmed
                  </b>
                  <Show when={may('work')}>
                    <button type="button" class="link" onClick={() => judge(cause(), 'rejected')}>
                      It is not <kbd>N</kbd>
                    </button>
                  </Show>
                </Show>
              </Show>
              <span class="muted">{writeShare(cause())}</span>
            </p>
          </>
        )}
      </Show>
      <Show when={causes().parent}>
        {(parent) => (
          <p class="cause-parent">
            <A href={withQuery('/exceptions', { shared: parent().shared })}>
              {formatNumber(parent().cases)} other open {parent().cases === 1 ? 'case' : 'cases'},{' '}
              {formatMoney(parent().amount, props.detail.currency)}
            </A>{' '}
            with the same root: {parent().shared}
          </p>
        )}
      </Show>
      <Show when={others().length > 0}>
        <ul class="muted cause-others" aria-label="Also considered">
          <For each={others()}>
            {(cause) => (
              <li>
                Also considered: {cause.title},{' '}
                {cause.verdict === 'rejected'
                  ? 'rejected'
                  : formatPercent(cause.score * 100, { min: 0, max: 0 })}{' '}
                <Show when={may('work')}>
                  <button type="button" class="link" onClick={() => judge(cause, 'confirmed')}>
                    That is it
                  </button>
                </Show>
              </li>
            )}
          </For>
        </ul>
      </Show>
      <VerdictDialog
        number={props.detail.exception.number}
        asked={asked()}
        onClose={() => setAsked(undefined)}
      />
    </Section>
  )
}

/** The score as blocks beside its number. */
function Fit(props: { score: number }) {
  return (
    <span class="fit-blocks" aria-hidden="true">
      <For each={Array.from({ length: STEPS }, (_, index) => index)}>
        {(index) => <i classList={{ on: index < Math.round(props.score * STEPS) }} />}
      </For>
    </span>
  )
}

function Evidence(props: { cause: CaseCause; zone: string }) {
  return (
    <ul class="cause-evidence">
      <For each={props.cause.evidence}>
        {(fact) => (
          <li>
            <i class="tick" />
            <span>
              {keepNumbers(fact.text)}
              <span class="muted nowrap">, {formatTime(fact.at, props.zone)}</span>
              <Show when={fact.trace_id}>
                {' '}
                <A href={`/traces/${fact.trace_id}`}>trace</A>
              </Show>
            </span>
          </li>
        )}
      </For>
    </ul>
  )
}

/** No cause is shown: which of the reasons it has, in words. */
function Nothing(props: { detail: ExceptionDetail }) {
  const causes = () => props.detail.causes
  return (
    <p class="soft pad">
      {causes().state === 'failed'
        ? `No cause could be sought: ${causes().failure}`
        : causes().state === 'none'
          ? 'No run has sought a cause of this case yet.'
          : causes().ranked.length > 0
            ? 'Every cause that fits has been rejected.'
            : 'Nothing that is known of both sides explains it.'}
    </p>
  )
}

const writeShare = (cause: CaseCause) =>
  cause.verdicts === 0
    ? 'nobody has judged it yet'
    : `right in ${formatNumber(cause.confirmed)} of ${formatNumber(cause.verdicts)} cases judged`
