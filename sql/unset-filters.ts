/** A statement's lines; those with a guard say nothing while that parameter is empty. */
type GuardedLine = { text: string; guard?: string }

const guarded = /^\s*AND \((?:\{(\w+):String\} = ''|empty\(\{(\w+):Array\(\w+\)\}\)) OR /

/**
 * Reads which lines of a statement are conditions that an unset filter makes true: `AND ({q:String} = '' OR …)` or
 * `AND (empty({numbers:Array(UInt64)}) OR …)`, one condition on a line of its own.
 */
export function readGuards(sql: string): GuardedLine[] {
  return sql.split('\n').map((text) => {
    const found = guarded.exec(text)
    const guard = found?.[1] ?? found?.[2]
    return guard && isOneCondition(text) ? { text, guard } : { text }
  })
}

/**
 * The statement without the conditions of filters that are not set. It means the same; the engine takes longer to
 * analyse a dozen conditions that are true than to apply the one that is not.
 */
export const leaveOutUnset = (lines: readonly GuardedLine[], params: Readonly<Record<string, unknown>>) =>
  lines
    .filter(({ guard }) => guard === undefined || !isEmpty(params[guard]))
    .map(({ text }) => text)
    .join('\n')

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
