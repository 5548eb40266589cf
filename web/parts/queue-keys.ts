import { ACTS, type ActName } from '../lib/act.ts'
import { type Shortcut, useKeys } from '../lib/keys.ts'

/** The keys of acts, for the queue and for a case alike; none of them does anything before its dialog is confirmed. */
export function useActKeys(run: (key: string) => void, except: ActName[] = []): void {
  const keys = [...new Set(ACTS.filter(({ act }) => !except.includes(act)).map((one) => one.key))]
  useKeys(
    keys
      .filter((key) => key !== '')
      .map((key): Shortcut => {
        const words = ACTS.filter((one) => one.key === key).map((one) => one.word.toLowerCase())
        const label = words.join(', or ')
        return {
          key,
          show: key === 'K' ? 'Shift K' : key.toUpperCase(),
          label: label.charAt(0).toUpperCase() + label.slice(1),
          needs: 'work',
          run: () => run(key),
        }
      }),
  )
}
