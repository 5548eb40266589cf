/** A drag of fewer pixels is a click. */
const LEAST_PX = 6

/**
 * Lets a range be dragged over a box: it is shown while it is drawn, and told once it is let go. What is said so can be
 * said by the keyboard as well, so that a pointer is never needed.
 * @param onRange from and to in pixels from the box's left edge, in this order
 * @returns what ends it
 */
export function listenForDrag(box: HTMLElement, onRange: (from: number, to: number) => void): () => void {
  const mark = document.createElement('div')
  mark.className = 'drag-range'
  let start: number | undefined
  const place = (event: PointerEvent) => {
    const { left, width } = box.getBoundingClientRect()
    return Math.min(width, Math.max(0, event.clientX - left))
  }
  const end = () => {
    start = undefined
    mark.remove()
  }
  const onDown = (event: PointerEvent) => {
    // a finger scrolls
    if (event.button !== 0 || event.pointerType === 'touch') return
    start = place(event)
    box.setPointerCapture(event.pointerId)
  }
  const onMove = (event: PointerEvent) => {
    if (start === undefined) return
    const at = place(event)
    if (Math.abs(at - start) < LEAST_PX) return mark.remove()
    mark.style.left = `${Math.min(at, start)}px`
    mark.style.width = `${Math.abs(at - start)}px`
    if (!mark.isConnected) box.append(mark)
  }
  const onUp = (event: PointerEvent) => {
    const [from, to] = [start, place(event)]
    end()
    if (from !== undefined && Math.abs(to - from) >= LEAST_PX) onRange(Math.min(from, to), Math.max(from, to))
  }
  box.addEventListener('pointerdown', onDown)
  box.addEventListener('pointermove', onMove)
  box.addEventListener('pointerup', onUp)
  box.addEventListener('pointercancel', end)
  return () => {
    end()
    box.removeEventListener('pointerdown', onDown)
    box.removeEventListener('pointermove', onMove)
    box.removeEventListener('pointerup', onUp)
    box.removeEventListener('pointercancel', end)
  }
}
