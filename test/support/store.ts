import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate } from '../../sql/migrate.ts'
import { openStore } from '../../sql/open.ts'
import type { Store } from '../../sql/store.ts'

/** A store of its own with the whole schema and nothing in it; closing it leaves nothing behind. */
export async function openEmptyStore(): Promise<Store> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-empty-'))
  const store = await openStore({ dataFolder: folder })
  await migrate(store)
  const close = store.close.bind(store)
  store.close = async () => {
    await close()
    rmSync(folder, { recursive: true, force: true })
  }
  return store
}
