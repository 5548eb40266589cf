import { type Accessor, createEffect, createSignal, onCleanup } from 'solid-js'

/**
 * How many lines of a list fit between where it begins and where its frame ends; at least one, and `most` where the
 * frame grows with what is in it (a page that scrolls).
 * @param shown what the list is about: when it changes, the room is measured again
 */
export function createFit(
  most: Accessor<number>,
  shown: Accessor<unknown>,
): { fits: Accessor<number>; frame: (element: HTMLElement) => void; list: (element: HTMLElement) => void } {
  const [fits, setFits] = createSignal(most())
  let frame: HTMLElement | undefined
  let list: HTMLElement | undefined
  const measure = () => {
    const line = list?.firstElementChild
    if (!frame || !list?.isConnected || !line) return
    const isBound = getComputedStyle(frame).overflow === 'hidden'
    const { top, height } = line.getBoundingClientRect()
    // half of a line's border may lie outside the last one
    const lines = Math.floor((frame.getBoundingClientRect().bottom - top - 0.5) / height)
    setFits(isBound ? Math.max(1, Math.min(most(), lines)) : most())
  }
  const observer = new ResizeObserver(measure)
  onCleanup(() => observer.disconnect())
  createEffect(() => {
    shown()
    // what has changed above the list may have moved it
    requestAnimationFrame(measure)
  })
  return {
    fits,
    frame: (element) => {
      frame = element
      observer.observe(element)
    },
    list: (element) => {
      list = element
      requestAnimationFrame(measure)
    },
  }
}
