/** A statement's lines; those with a guard say nothing while that parameter is empty, those of a section while it does not hold. */
type GuardedLine = { text: string; guard?: string; section?: Condition }
/** Whether a parameter is set, is not set, or is less than another. */
type Condition = { param: string; isNot: boolean; below?: string }

const guarded = /^\s*AND \((?:\{(\w+):String\} = ''|empty\(\{(\w+):Array\(\w+\)\}\)) OR /

const opening = /^\s*-- if (not )?(\w+)(?: < (\w+))?$/

/**
 * Reads which lines of a statement are conditions that an unset filter makes true: `AND ({q:String} = '' OR …)` or
 * `AND (empty({numbers:Array(UInt64)}) OR …)`, one condition on a line of its own.
 * And which lie in a section: from a line `-- if hour_from < hour_to`, `-- if is_by_row` or `-- if not is_by_row` up to
 * `-- end`.
 */
export function readGuards(sql: string): GuardedLine[] {
  let section: Condition | undefined
  return sql.split('\n').map((text) => {
    const opened = opening.exec(text)
    if (opened)
      section = {
        param: opened[2] as string,
        isNot: opened[1] !== undefined,
        ...(opened[3] ? { below: opened[3] } : {}),
      }
    if (/^\s*-- end$/.test(text)) section = undefined
    const found = guarded.exec(text)
    const guard = found?.[1] ?? found?.[2]
    return { text, ...(guard && isOneCondition(text) ? { guard } : {}), ...(section ? { section } : {}) }
  })
}

/**
 * The statement without the conditions of filters that are not set, and without sections that do not hold: those find
 * nothing. It means the same; the engine takes longer to analyse a dozen conditions that are true than to apply the one
 * that is not, and as long for a part that finds nothing as for one that does.
 */
export const leaveOutUnset = (lines: readonly GuardedLine[], params: Readonly<Record<string, unknown>>) =>
  lines
    .filter(({ guard }) => guard === undefined || !isEmpty(params[guard]))
    .filter(({ section }) => section === undefined || holds(section, params))
    .map(({ text }) => text)
    .join('\n')

const holds = ({ param, isNot, below }: Condition, params: Readonly<Record<string, unknown>>) =>
  (below ? Number(params[param]) < Number(params[below]) : Boolean(params[param])) !== isNot

const isEmpty = (value: unknown) => value === '' || (Array.isArray(value) && value.length === 0)

/** Whether what follows AND is in one pair of parentheses: then it can go as a whole. */
function isOneCondition(line: string): boolean {
  let depth = 0
  const text = line.trim().replace(/'(?:[^'\\]|\\.)*'/g, "''")
  for (const [index, sign] of [...text].entries()) {
    if (sign === '(') depth++
    if (sign === ')' && --depth === 0) return index === text.length - 1
  }
  return false
}
