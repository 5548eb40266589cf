import { DropdownMenu } from '@kobalte/core/dropdown-menu'
import { useNavigate } from '@solidjs/router'
import { createSignal, For } from 'solid-js'
import { accessPlaces } from '../lib/access.ts'
import { signOut } from '../lib/sign-out.ts'
import { WhoMark } from './queue-actor.tsx'
import { Chevron } from './shape.tsx'

/** Who is signed in, and what concerns them: what they may, what they administer, and the way out. */
export default function MeMenu(props: { name: string }) {
  const navigate = useNavigate()
  const [said, setSaid] = createSignal('')
  const leave = async () => setSaid(await signOut('/api/me/sign-out'))
  return (
    <DropdownMenu placement="bottom-end" gutter={0} onOpenChange={() => setSaid('')}>
      <DropdownMenu.Trigger class="head-cell who" aria-label={`Signed in as ${props.name}`}>
        <WhoMark name={props.name} />
        <Chevron />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content class="menu me-menu">
          <p class="me-name">
            <span class="label">Signed in as</span>
            <b>{props.name}</b>
          </p>
          <For each={accessPlaces()}>
            {(place) => (
              <DropdownMenu.Item class="me-item" onSelect={() => navigate(place.href)}>
                {place.label}
              </DropdownMenu.Item>
            )}
          </For>
          <DropdownMenu.Item
            class="me-item me-out"
            // what went wrong is said here
            closeOnSelect={false}
            onSelect={() => void leave()}
          >
            {said() || 'Sign out'}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu>
  )
}
