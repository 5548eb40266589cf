import { createEffect } from 'solid-js'

/** Names the page in the browser's tab and history. */
export function useTitle(title: () => string | undefined): void {
  createEffect(() => {
    const text = title()
    document.title = text ? `${text} · Plumbline` : 'Plumbline'
  })
}
