import { createSignal } from 'solid-js'
import { useKeys } from '../lib/keys.ts'
import { later } from '../lib/later.tsx'

const HelpKeys = later(() => import('./help-keys.tsx'))

/** All keys of the page on screen, asked for by one of them. */
export function HelpDialog() {
  const [open, setOpen] = createSignal(false)
  useKeys([{ key: '?', label: 'This help', run: () => setOpen(true) }])
  return <HelpKeys open={open()} onOpen={setOpen} />
}
