import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { describeError } from '../../../server/core/errors.ts'
import { log } from '../../../server/core/log.ts'
import type { Reader } from './connect.ts'
import {
  datatypeName,
  type Payload,
  type RawMetric,
  readPayload,
  readValue,
  writePayload,
} from './sparkplug-payload.ts'

/** A gateway is asked for its birth certificate no more often than so. */
const askAgainMs = 60_000
/** What a gateway says of itself rather than of the floor */
const ofItself = /^(bdSeq$|Node Control\/|Device Control\/)/

export type Sparkplug = { read: Reader; holds(): string }
type Named = { name: string; datatype: number }
type Node = {
  /** By alias, as births have named them: of a gateway and all its devices */
  aliases: Map<string, Named>
  /** The types of what is named in full */
  types: Map<string, number>
  seq: number | undefined
  bdSeq: string | undefined
  /** What speaks against its being complete, by device ('' is the gateway itself) */
  faults: Map<string, string>
  askedAt: number
}

/**
 * Follows the gateways of Sparkplug B: births name what data then calls by alias, numbers tell of messages that are
 * missing, deaths that nothing will come. What births have named is kept in a file, so that data which waited while we
 * were away can be read.
 */
export function openSparkplug(
  { source, rebirth }: { source: string; rebirth: boolean },
  /** where births are kept; nowhere when absent */
  path?: string,
): Sparkplug {
  const nodes = loadNodes(path)
  const nodeOf = (name: string): Node => {
    const node = nodes.get(name) ?? newNode()
    nodes.set(name, node)
    return node
  }
  const read: Reader = ({ topic, payload }, publish) => {
    const [space, group = '', type = '', edge = '', device = ''] = topic.split('/')
    if (space !== 'spBv1.0' || edge === '') {
      // what hosts say of themselves is not of the floor
      if (group === 'STATE') return undefined
      return { body: payload, message: { topic }, fault: `"${topic}" is no topic of Sparkplug B` }
    }
    if (type.endsWith('CMD')) return undefined
    const message = { topic, group, node: edge, device, type }
    const name = `${group}/${edge}`
    const node = nodeOf(name)
    let said: Payload
    try {
      said = readPayload(payload)
    } catch (error) {
      return { body: payload, message, fault: `The payload is not Sparkplug B: ${describeError(error)}` }
    }
    const ask = () => {
      if (!rebirth || Date.now() - node.askedAt < askAgainMs) return
      node.askedAt = Date.now()
      const control = { name: 'Node Control/Rebirth', datatype: 11, boolean_value: true }
      publish(`spBv1.0/${group}/NCMD/${edge}`, writePayload({ timestamp: Date.now(), metrics: [control] }))
    }
    if (type.endsWith('DEATH')) noteDeath(node, type, device, said)
    else {
      const isBirth = type.endsWith('BIRTH')
      noteSeq(node, name, type, said, (fault) => {
        log.warn({ source, fault }, 'messages of a gateway are missing')
        ask()
      })
      if (isBirth) {
        noteBirth(node, device, said)
        saveNodes(nodes, path)
      }
    }
    const lacking = said.metrics.find((metric) => !metric.name && !node.aliases.has(String(metric.alias)))
    if (lacking) {
      ask()
      return {
        body: payload,
        message,
        fault: `${name} calls a metric ${lacking.alias}, which no birth certificate we have seen has named`,
      }
    }
    const at = momentOf(said.timestamp)
    const about = { group, node: edge, device, type }
    const metrics = said.metrics
      .map((metric) => readMetric(node, metric, at))
      .filter((metric) => !ofItself.test(metric.metric))
      .map((metric) => ({ ...about, ...metric }))
    return { body: Buffer.from(JSON.stringify({ ...about, at, metrics })), message }
  }
  return {
    read,
    holds: () => {
      const all = [...nodes].flatMap(([name, { faults }]) =>
        [...faults].map(([device, fault]) => `${device === '' ? name : `${name}/${device}`} ${fault}`),
      )
      return all.slice(0, 5).join('; ') + (all.length > 5 ? ` and ${all.length - 5} more` : '')
    },
  }
}

const newNode = (): Node => ({
  aliases: new Map(),
  types: new Map(),
  seq: undefined,
  bdSeq: undefined,
  faults: new Map(),
  askedAt: 0,
})

/** The number of its birth tells a death that is meant from the will of a connection that is long over. */
const bdSeqOf = (said: Payload) => said.metrics.find(({ name }) => name === 'bdSeq')?.long_value

function noteDeath(node: Node, type: string, device: string, said: Payload): void {
  if (type === 'NDEATH') {
    const bdSeq = bdSeqOf(said)
    if (bdSeq !== undefined && node.bdSeq !== undefined && bdSeq !== node.bdSeq) return
    node.faults.set('', 'is dead: nothing comes until it is born again')
    node.seq = undefined
  } else node.faults.set(device, 'is dead: nothing comes until it is born again')
}

function noteBirth(node: Node, device: string, said: Payload): void {
  if (device === '') {
    node.aliases.clear()
    node.types.clear()
    node.faults.clear()
    node.bdSeq = bdSeqOf(said)
  } else node.faults.delete(device)
  for (const { name = '', alias, datatype = 0 } of said.metrics) {
    if (alias !== undefined) node.aliases.set(alias, { name, datatype })
    node.types.set(`${device}/${name}`, datatype)
  }
}

/** Every message of a gateway has the number after the last, from 0 at its birth up to 255 and round again. */
function noteSeq(node: Node, name: string, type: string, said: Payload, tell: (fault: string) => void): void {
  if (said.seq === undefined) return
  const seq = Number(said.seq)
  const last = node.seq
  node.seq = seq
  // a redelivery has the number of the last one
  if (type === 'NBIRTH' || last === undefined || seq === last || seq === (last + 1) % 256) return
  node.faults.set('', `lacks messages: number ${seq} came after ${last}`)
  tell(`${name}: ${seq} after ${last}`)
}

function readMetric(node: Node, metric: RawMetric, at: string) {
  const named = metric.name ? undefined : node.aliases.get(String(metric.alias))
  const name = metric.name || (named?.name ?? '')
  const datatype = metric.datatype ?? named?.datatype ?? node.types.get(`/${name}`) ?? 0
  return {
    metric: name,
    datatype: datatypeName(datatype),
    value: metric.is_null ? null : readValue(metric, datatype),
    at: metric.timestamp === undefined ? at : momentOf(metric.timestamp),
    is_historical: metric.is_historical ?? false,
  }
}

const momentOf = (ms: string | undefined): string =>
  new Date(ms === undefined ? Date.now() : Number(ms)).toISOString()

function loadNodes(path: string | undefined): Map<string, Node> {
  const nodes = new Map<string, Node>()
  if (path === undefined) return nodes
  let kept: Record<string, { aliases: [string, Named][]; types: [string, number][]; bdSeq?: string }> = {}
  try {
    kept = JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    // nothing kept, or not whole: gateways are asked for their births
  }
  for (const [name, { aliases, types, bdSeq }] of Object.entries(kept))
    nodes.set(name, { ...newNode(), aliases: new Map(aliases), types: new Map(types), bdSeq })
  return nodes
}

function saveNodes(nodes: Map<string, Node>, path: string | undefined): void {
  if (path === undefined) return
  const kept = Object.fromEntries(
    [...nodes].map(([name, { aliases, types, bdSeq }]) => [
      name,
      { aliases: [...aliases], types: [...types], ...(bdSeq !== undefined && { bdSeq }) },
    ]),
  )
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, JSON.stringify(kept))
}
