/** A line of a message, and why it may not stay so: what its reasons say, without their path. */
export type MessageLine = { text: string; wrong: string[] }

type Level = { path: string; at: number }

/**
 * The lines of a message in the form people read, one entry each, with the reasons that are about them. A reason that
 * is about something that is not there stands at what should hold it.
 */
export function markLines(body: string, reasons: readonly string[]): MessageLine[] {
  const lines = body.split('\n').map((text) => ({ text, wrong: [] as string[] }))
  const placed = placesOf(lines.map((line) => line.text))
  for (const reason of reasons) {
    const [, path, words] = /^([\w$.[\]-]+): (.*)$/s.exec(reason) ?? []
    if (path === undefined || words === undefined || placed.size === 0) continue
    const { at, rest } = findPlace(placed, path)
    lines[at]?.wrong.push(rest ? `${rest}: ${words}` : words)
  }
  return lines
}

/** The line on which the value of each path begins; none at all of a text that is not indented JSON. */
function placesOf(lines: readonly string[]): Map<string, number> {
  const placed = new Map<string, number>()
  if (lines[0]?.trim() !== '{') return placed
  const levels: (Level & { rows: number })[] = [{ path: '', at: 0, rows: -1 }]
  placed.set('', 0)
  for (let at = 1; at < lines.length; at++) {
    const line = (lines[at] as string).trim()
    if (/^[}\]]/.test(line)) {
      levels.pop()
      continue
    }
    const level = levels.at(-1)
    if (!level) break
    const key = /^"((?:[^"\\]|\\.)*)": /.exec(line)?.[1]
    const path =
      key === undefined ? `${level.path}[${++level.rows}]` : level.path === '' ? key : `${level.path}.${key}`
    placed.set(path, at)
    if (/[{[]$/.test(line)) levels.push({ path, at, rows: -1 })
  }
  return placed
}

/** Where a path stands, or the nearest that holds it, with what of it is not there. */
function findPlace(placed: ReadonlyMap<string, number>, path: string): { at: number; rest: string } {
  for (let known = path; known !== ''; known = known.replace(/(\.[^.[]*|\[\d*\]|^[^.[]+)$/, '')) {
    const at = placed.get(known)
    if (at !== undefined) return { at, rest: path.slice(known.length).replace(/^\./, '') }
  }
  return { at: 0, rest: path }
}
