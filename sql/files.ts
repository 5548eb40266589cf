import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The SQL files of a folder in sql/, by name without the ending, in the order of their names. */
export function readSqlFolder(folder: 'schema' | 'queries' | 'checks' | 'causes'): Map<string, string> {
  const path = fileURLToPath(new URL(`./${folder}/`, import.meta.url))
  const names = readdirSync(path)
    .filter((name) => name.endsWith('.sql'))
    .sort()
  return new Map(names.map((name) => [name.slice(0, -4), readFileSync(path + name, 'utf8')]))
}

/** The `{name:Type}` placeholders of a statement, in order of first use. */
export function readPlaceholders(sql: string): Map<string, string> {
  const found = new Map<string, string>()
  const text = sql.replace(/--.*$/gm, '')
  for (const match of text.matchAll(/\{(\w+):([^{}]+)\}/g))
    found.set(match[1] as string, (match[2] as string).trim())
  return found
}
