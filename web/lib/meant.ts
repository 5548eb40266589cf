import { useLocation } from '@solidjs/router'
import { onMount } from 'solid-js'

/** A place of a page that an address can name behind its #: whoever is sent to it sees it, marked. */
export function useMeant(name: () => string): { isMeant: () => boolean; show: (element: Element) => void } {
  const location = useLocation()
  const isMeant = () => location.hash === `#${encodeURIComponent(name())}`
  return {
    isMeant,
    show: (element) => onMount(() => isMeant() && element.scrollIntoView({ block: 'center' })),
  }
}
