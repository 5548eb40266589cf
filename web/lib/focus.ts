/** What appears as an answer to a key has the focus, so that the next key goes on. */
export const focusSoon = (element: HTMLElement): void => queueMicrotask(() => element.focus())

/** The field of a form that is filled first, marked `data-first`; text that stands in it is replaced by typing. */
export const focusFirst = (form: HTMLElement): void =>
  queueMicrotask(() => {
    const field = form.querySelector<HTMLElement>('[data-first]:not([data-first="false"])')
    field?.focus()
    if (field instanceof HTMLInputElement && field.type === 'text') field.select()
  })

/**
 * A dialog that a key opened gives the focus back to the page: nobody had it before, and a browser may send keys nowhere
 * once the field that had it is gone.
 */
export const focusBack = (): void =>
  queueMicrotask(() => {
    if (document.activeElement === document.body || !document.activeElement)
      document.getElementById('main')?.focus({ preventScroll: true })
  })
