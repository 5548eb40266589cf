import type { OdataSourceConfig } from '../../../server/core/estate-odata-schema.ts'
import type { Fitted } from './fit.ts'

/** What one request asks for, beside what all requests of the source ask for. */
export type Ask = {
  /** conditions beside the fixed filter, all of which must hold */
  where?: string[]
  orderBy?: string[]
  top?: number
  skip?: number
  withCount?: boolean
}

/** The address of $metadata of a service. */
export const metadataAddress = (source: OdataSourceConfig): URL =>
  address(source, '$metadata', Object.entries(source.query))

/** The address of a set with what is asked for, in the service's version of the protocol. */
export function setAddress(source: OdataSourceConfig, fitted: Fitted, ask: Ask): URL {
  const conditions = [...(source.filter ? [source.filter] : []), ...(ask.where ?? [])]
  const { select, expand } = writeShape(source, fitted)
  const parameters: [string, string | undefined][] = [
    ...Object.entries(source.query),
    ['$select', select],
    ['$expand', expand],
    ['$filter', conditions.length > 1 ? conditions.map((each) => `(${each})`).join(' and ') : conditions[0]],
    ['$orderby', ask.orderBy?.join(',')],
    ['$top', ask.top?.toString()],
    ['$skip', ask.skip ? ask.skip.toString() : undefined],
    ask.withCount
      ? fitted.version === 2
        ? ['$inlinecount', 'allpages']
        : ['$count', 'true']
      : ['$count', undefined],
  ]
  return address(source, source.set, parameters)
}

/** Servers of OData take + as a plus: what URLSearchParams writes for a space. */
function address(source: OdataSourceConfig, path: string, parameters: [string, string | undefined][]): URL {
  const url = new URL(source.url)
  url.pathname = `${url.pathname.replace(/\/$/, '')}/${path}`
  const written = parameters.flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  )
  url.search = written.join('&')
  return url
}

/** The headers that say which answers are understood. */
export function writeHeaders(source: OdataSourceConfig, version: 2 | 4): Record<string, string> {
  if (version === 2) return { accept: 'application/json', maxdataserviceversion: '2.0', ...source.headers }
  const paging = source.paging ?? 'server'
  const wishes = [
    ...(paging === 'server' ? [`odata.maxpagesize=${source.page_size}`] : []),
    ...(source.changes === 'delta_link' ? ['odata.track-changes'] : []),
  ]
  return {
    // decimals and long numbers come as text, so that no digit is lost on the way
    accept: 'application/json;odata.metadata=minimal;IEEE754Compatible=true',
    'odata-maxversion': '4.01',
    ...(wishes.length > 0 && { prefer: wishes.join(',') }),
    ...source.headers,
  }
}

type Tree = Map<string, { select: string[]; below: Tree }>

/** $select and $expand: V2 writes paths in both, V4 says inside of what is expanded what is selected of it. */
function writeShape(
  source: OdataSourceConfig,
  { version, key, cursor }: Fitted,
): { select: string | undefined; expand: string | undefined } {
  const needed = [...key, ...(cursor ? [source.cursor?.field.replaceAll('.', '/') as string] : [])]
  const or = source.cursor?.or ? [source.cursor.or] : []
  const selected = source.select && [...new Set([...source.select, ...needed, ...or])]
  if (version === 2) {
    // a navigation of which nothing is named is wanted whole
    const whole = source.expand.filter((way) => !selected?.some((path) => path.startsWith(`${way}/`)))
    return {
      select: selected && [...selected, ...whole].join(','),
      expand: source.expand.join(',') || undefined,
    }
  }
  const written = source.expand.filter((way) => way.includes('('))
  const tree: Tree = new Map()
  for (const way of source.expand.filter((each) => !each.includes('('))) grow(tree, way.split('/'))
  for (const path of selected ?? []) {
    const steps = path.split('/')
    const name = steps.pop() as string
    if (steps.length > 0) findBranch(tree, steps)?.select.push(name)
  }
  return {
    select: selected?.filter((path) => !path.includes('/')).join(',') || undefined,
    expand: [...written, ...writeTree(tree)].join(',') || undefined,
  }
}

function grow(tree: Tree, [step, ...rest]: string[]): void {
  if (step === undefined) return
  const branch = tree.get(step) ?? { select: [], below: new Map() }
  tree.set(step, branch)
  grow(branch.below, rest)
}

function findBranch(tree: Tree, [step, ...rest]: string[]): { select: string[] } | undefined {
  const branch = tree.get(step as string)
  return branch && rest.length > 0 ? findBranch(branch.below, rest) : branch
}

const writeTree = (tree: Tree): string[] =>
  [...tree].map(([step, { select, below }]) => {
    const inside = [
      ...(select.length > 0 ? [`$select=${select.join(',')}`] : []),
      ...(below.size > 0 ? [`$expand=${writeTree(below).join(',')}`] : []),
    ]
    return inside.length > 0 ? `${step}(${inside.join(';')})` : step
  })
