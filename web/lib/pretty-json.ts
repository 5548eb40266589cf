const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g

/**
 * JSON with a line for each entry; anything else as it came. Numbers are not read but copied: an identifier of twenty
 * digits stays the same.
 */
export function prettyJson(text: string): string {
  if (!isJson(text)) return text
  let depth = 0
  let out = ''
  let before = ''
  const line = () => `\n${'  '.repeat(depth)}`
  for (const [token] of text.matchAll(TOKEN)) {
    const isEnd = token === '}' || token === ']'
    if (isEnd) depth--
    // an empty list or object stays on its line
    if (isEnd && before !== '{' && before !== '[') out += line()
    if (!isEnd && (before === '{' || before === '[' || before === ',')) out += line()
    out += token === ':' ? ': ' : token
    if (token === '{' || token === '[') depth++
    before = token
  }
  return out
}

function isJson(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null
  } catch {
    return false
  }
}
