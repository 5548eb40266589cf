import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readSchema } from '../../sql/migrate.ts'
import type { Store } from '../../sql/store.ts'
import { quotePath } from './engine.ts'
import { type Manifest, manifestName, readFiles, type TableContent } from './manifest.ts'
import { refuse } from './place.ts'

/** Lets the engine write all its tables below a folder, as they are now. */
export const writeEngine = (store: Store, folder: string): Promise<object[]> =>
  store.rows(`BACKUP DATABASE default TO File(${quotePath(join(folder, 'engine'))})`, {}, { lane: 'pull' })

/** By what a load has already said the engine knows its repetition, and a restored engine would not. */
export function refuseHalfLoads(spool: string, names: readonly string[]): void {
  const loading = names.find((name) => name.endsWith('.loading'))
  if (loading)
    refuse(
      `A load was begun and not ended (${loading})`,
      spool,
      'Where the product was ended in the middle of it, start it and stop it once (SIGTERM): it finishes what it had begun. Where it runs, see why the engine does not take it.',
    )
}

/** Adds the estate that is in force, and the manifest: then a backup is whole. */
export async function finishBackup(
  folder: string,
  estatePath: string | undefined,
  made: { tables: TableContent[]; engine: string; at: Date },
): Promise<Manifest> {
  await mkdir(folder, { recursive: true })
  if (estatePath) await cp(estatePath, join(folder, 'estate.yaml'))
  const { at, ...content } = made
  const manifest: Manifest = {
    format: 1,
    made_at: at.toISOString(),
    schema: readSchema().digest,
    ...content,
    files: await readFiles(folder),
  }
  await writeFile(join(folder, manifestName), `${JSON.stringify(manifest, null, 2)}\n`, { flush: true })
  return manifest
}

/** The version of the engine that writes a backup. */
export async function engineOf(store: Store): Promise<string> {
  const [row] = await store.rows<{ version: string }>('SELECT version() AS version')
  return row?.version ?? ''
}
