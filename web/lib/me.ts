import { createSignal } from 'solid-js'
import type { EstateView } from '../../server/api/schemas/estate.ts'

type Caller = Pick<EstateView, 'signs_in' | 'me'>

const [caller, setCaller] = createSignal<Caller>()

/** Who is at this browser, as the server knows them; undefined until it has said so. */
export { caller }

/** Keeps what the server says of who asks; it comes with the estate, before anything is drawn. */
export const meetCaller = ({ signs_in, me }: Caller): void => void setCaller({ signs_in, me: { ...me } })

/** The name of whoever is signed in; undefined where nobody signs in, and a name is what people say of themselves. */
export const signedIn = (): string | undefined => {
  const me = caller()?.me
  return me?.kind === 'person' ? me.name : undefined
}
