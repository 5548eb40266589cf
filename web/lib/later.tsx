import { type Component, createMemo, lazy, Show, Suspense } from 'solid-js'
import type { JSX } from 'solid-js/jsx-runtime'
import { isIdle } from './idle.ts'
import { takeTurn } from './turns.tsx'

/**
 * A part that nobody can use before the page stands: what it is made of is fetched then, not with the page. Until it is
 * here, what `before` draws stands in its place.
 */
export function later<Props extends object>(
  load: () => Promise<{ default: Component<Props> }>,
  before: (props: Props) => JSX.Element = () => undefined,
): Component<Props> {
  const Part = lazy(load) as Component<Props> & { preload(): Promise<unknown> }
  return (props) => {
    // several are there at the same moment: each is drawn in its turn
    const turn = createMemo(() => (isIdle() ? takeTurn(Part.preload()) : undefined))
    return (
      <Show when={turn()?.()} fallback={before(props)}>
        <Suspense fallback={before(props)}>
          <Part {...props} />
        </Suspense>
      </Show>
    )
  }
}
