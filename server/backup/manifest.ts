import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import type { Store } from '../../sql/store.ts'
import { PlumblineError } from '../core/errors.ts'

/** Says what a backup holds. Written last: a backup without one was broken off. */
export const manifestName = 'manifest.json'

/** `hash` is empty where it could not be told of what was written: its rows are */
export type TableContent = { table: string; rows: string; hash: string }
export type FileContent = { path: string; bytes: number; sha256: string }
export type Manifest = {
  format: 1
  made_at: string
  /** of the tables, as sql/migrate.ts has it */
  schema: string
  /** of the engine that wrote it */
  engine: string
  /** every table that holds rows of its own */
  tables: TableContent[]
  /** every file beside the manifest, with `/` between folders */
  files: FileContent[]
}

/** Rows and a hash of each table, whatever the order and the parts of its rows. */
export async function readTables(store: Store): Promise<TableContent[]> {
  const tables = await store.rows<{ name: string }>(
    `SELECT name FROM system.tables WHERE database = currentDatabase() AND endsWith(engine, 'MergeTree') ORDER BY name`,
  )
  const contents: TableContent[] = []
  for (const { name } of tables) contents.push(await readTable(store, name))
  return contents
}

/** The same of one table; of some of its parts, where they are named. */
export async function readTable(
  store: Store,
  table: string,
  parts?: readonly string[],
): Promise<TableContent> {
  const [row] = await store.rows<{ rows: string; hash: string }>(
    // names of tables are the schema's own; a statement takes none as a value
    `SELECT toString(count()) AS rows, toString(sum(cityHash64(*))) AS hash FROM \`${table}\`
     ${parts ? 'WHERE has({parts:Array(String)}, _part)' : ''}`,
    parts ? { parts: [...parts] } : {},
  )
  return { table, rows: row?.rows ?? '0', hash: row?.hash ?? '0' }
}

/** Every file below a folder but the manifest, with its size and its hash. */
export async function readFiles(folder: string): Promise<FileContent[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files: FileContent[] = []
  for (const entry of entries.filter((each) => each.isFile())) {
    const path = join(entry.parentPath, entry.name)
    const name = relative(folder, path).split(sep).join('/')
    if (name === manifestName) continue
    const hash = createHash('sha256')
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
    files.push({ path: name, bytes: (await stat(path)).size, sha256: hash.digest('hex') })
  }
  return files.sort((a, b) => a.path.localeCompare(b.path))
}

/**
 * The manifest of a backup whose files are all as they were written.
 * @throws PlumblineError `backup_broken` when it was broken off, or a file is missing, more, or another
 */
export async function readManifest(folder: string): Promise<Manifest> {
  const broken = (what: string) =>
    new PlumblineError('backup_broken', `${folder} is not a whole backup: ${what}`, {
      where: folder,
      mend: 'Restore another backup; of this one nothing was taken.',
    })
  let manifest: Manifest
  try {
    manifest = JSON.parse(await readFile(join(folder, manifestName), 'utf8')) as Manifest
  } catch (error) {
    throw broken(`its ${manifestName} cannot be read (${(error as Error).message})`)
  }
  if (manifest.format !== 1) throw broken(`its format is ${manifest.format}; this version reads 1`)
  const found = new Map((await readFiles(folder)).map((file) => [file.path, file]))
  for (const { path, bytes, sha256 } of manifest.files) {
    const file = found.get(path)
    if (!file) throw broken(`${path} is missing`)
    if (file.bytes !== bytes || file.sha256 !== sha256) throw broken(`${path} is not what was written`)
    found.delete(path)
  }
  const [more] = found.keys()
  if (more !== undefined) throw broken(`${more} does not belong to it`)
  return manifest
}
