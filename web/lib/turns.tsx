import { type Accessor, createSignal, type JSX, onCleanup, Show } from 'solid-js'

/**
 * A page is drawn a part at a time: between two of them the browser can show what there is, and answer whoever touches it
 * already. Each waits for its turn here; what a part brings with it comes before what stands behind it.
 */
type Turn = () => void
let waiting: Turn[] = []
/** while a part is drawn: what is in it */
let inside: Turn[] | undefined
let isCalled = false

/** A message to oneself comes once the browser has nothing more urgent, and is never held back as timers are. */
const { port1, port2 } = new MessageChannel()
port1.onmessage = () => {
  isCalled = false
  const turn = waiting.shift()
  const parts: Turn[] = []
  inside = parts
  try {
    turn?.()
  } finally {
    // a part that cannot be drawn keeps no other from it
    inside = undefined
    waiting = [...parts, ...waiting]
    callNext()
  }
}

function callNext(): void {
  // whoever reads the page to somebody, and whoever tests it, waits until it is whole
  document.getElementById('app')?.toggleAttribute('data-drawing', waiting.length > 0)
  if (waiting.length === 0 || isCalled) return
  isCalled = true
  port2.postMessage(undefined)
}

/** Resolves once the browser has done what is more urgent. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => resolve()
    port2.postMessage(undefined)
  })
}

/**
 * Whether the turn of whoever asks has come.
 * @param before what is needed for it; it stands in line only then
 */
export function takeTurn(before?: Promise<unknown>): Accessor<boolean> {
  const [hasCome, setHasCome] = createSignal(false)
  const turn = () => setHasCome(true)
  let isGone = false
  const stand = () => {
    if (isGone) return
    if (inside) inside.push(turn)
    else waiting.push(turn)
    callNext()
  }
  if (before) before.then(stand, stand)
  else stand()
  onCleanup(() => {
    isGone = true
    waiting = waiting.filter((each) => each !== turn)
  })
  return hasCome
}

/** A part of a page that is drawn in its turn. */
export function InTurn(props: { children: JSX.Element }): JSX.Element {
  const hasCome = takeTurn()
  return <Show when={hasCome()}>{props.children}</Show>
}
