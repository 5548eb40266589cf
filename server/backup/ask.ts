import { setTimeout as sleep } from 'node:timers/promises'
import type { BackupState } from '../core/backup-desk.ts'
import { PlumblineError } from '../core/errors.ts'
import { readSecret } from '../core/settings.ts'

const lookMs = 500

/**
 * Lets a product that runs make a backup, to where its estate says, and waits for its end; says what was made.
 * @throws PlumblineError with what the product answered, or why the backup failed
 */
export async function askForBackup(url: string, env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const token = readSecret(env, 'PLUMBLINE_TOKEN')
  const ask = async (method: 'GET' | 'POST'): Promise<BackupState> => {
    const address = `${url.replace(/\/+$/, '')}/api/backups`
    const headers = token ? { authorization: `Bearer ${token}` } : undefined
    const answer = await fetch(address, { method, ...(headers && { headers }) }).catch((error) => {
      throw new PlumblineError(
        'backup_unreachable',
        `${address} does not answer: ${(error as Error).message}`,
        {
          mend: 'See that the product runs there.',
        },
      )
    })
    const said = (await answer.json().catch(() => ({}))) as BackupState & {
      error?: { message: string; mend?: string }
    }
    if (answer.ok) return said
    throw new PlumblineError(
      'backup_refused',
      `${answer.status}: ${said.error?.message ?? 'no reason was given'}`,
      {
        ...(said.error?.mend && { mend: said.error.mend }),
      },
    )
  }
  let state = await ask('POST')
  while (state.is_under_way) {
    await sleep(lookMs)
    state = await ask('GET')
  }
  const { last, failure, to } = state
  if (failure || !last?.cost)
    throw new PlumblineError('backup_failed', failure?.message ?? 'The backup came to nothing')
  const { rows, bytes, held_ms, took_ms } = last.cost
  return `Backed up: ${rows} rows, ${bytes} bytes, to ${to}/${last.name} in ${took_ms} ms; for ${held_ms} ms of it nothing was written to the store.\n`
}
