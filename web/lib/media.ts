import { createSignal } from 'solid-js'

const phone = matchMedia('(max-width: 760px)')
const [matches, setMatches] = createSignal(phone.matches)
phone.addEventListener('change', () => setMatches(phone.matches))

/** Whether the page is as narrow as a phone's; the same bound as in styles/phone.css. */
export const isPhone = matches
