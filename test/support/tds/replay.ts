import { readLogin, type Said, steadyPrelogin } from './exchange.ts'
import { startTds, stripHeaders, type TdsAnswer } from './server.ts'
import { packet } from './tokens.ts'

/** What a client says, in words: which message it is, and of a statement its text and parameters. */
export function describeClient(message: Buffer): string {
  const body = stripHeaders(message)
  switch (message[0]) {
    case packet.prelogin:
      return 'PRELOGIN: encrypt'
    case packet.login:
      return 'LOGIN7'
    case packet.batch:
      return `SQL batch: ${body.subarray(body.readUInt32LE(0)).toString('utf16le').replaceAll(/\s+/g, ' ').trim()}`
    case packet.rpc:
      return `RPC sp_executesql: ${readRpc(body).join(' | ')}`
    case packet.attention:
      return 'ATTENTION: end what is under way'
    default:
      return `type ${message[0]}`
  }
}

/** The values of a call's parameters (2.2.6.6): all that the driver sends are nvarchar. */
export function readRpc(body: Buffer): string[] {
  // ALL_HEADERS, the number of the procedure, its flags
  let at = body.readUInt32LE(0) + 6
  const found: string[] = []
  while (at < body.length) {
    at += 1 + (body[at] as number) * 2 + 1
    const isMax = body.readUInt16LE(at + 1) === 0xffff
    at += 8
    if (!isMax) {
      const length = body.readUInt16LE(at)
      found.push(body.subarray(at + 2, at + 2 + length).toString('utf16le'))
      at += 2 + length
      continue
    }
    at += 8
    const parts: Buffer[] = []
    for (let size = body.readUInt32LE(at); size > 0; size = body.readUInt32LE(at)) {
      parts.push(body.subarray(at + 4, at + 4 + size))
      at += 4 + size
    }
    at += 4
    found.push(Buffer.concat(parts).toString('utf16le'))
  }
  return found
}

/** What is answered instead of what was recorded, from which message of a connection on. */
export type Instead = { at: number; answer: TdsAnswer }

/** A server that plays recordings, one for each connection; a client that says one byte else is cut off and noted. */
export type Replay = {
  port: number
  /** Lets the next connection hear the first of these, the one behind it the second, … and begins to count anew. */
  play(...recordings: Said[][]): void
  instead: Instead | undefined
  /** What the client said otherwise than recorded */
  differences: string[]
  /** How many messages of the client were as recorded */
  matched: number
  close(): Promise<void>
}

/** Starts it; who connects more often than there are recordings is cut off. */
export async function startReplay(certificate: { cert: string; key: string }): Promise<Replay> {
  let playing: Said[][] = []
  let before = 0
  const server = await startTds(certificate, (message, index, connection) => {
    const recording = playing[connection - before]
    const said = recording?.filter(({ from }) => from === 'client')[index]
    const answer = recording?.filter(({ from }) => from === 'server')[index]
    // what is under way may be given up at any time
    if (message[0] === packet.attention) return { isCut: true }
    const difference = said ? compare(said.bytes, message) : 'more than was recorded'
    if (difference !== undefined) {
      replay.differences.push(`${describeClient(message)}: ${difference}`)
      return { isCut: true }
    }
    replay.matched++
    if (replay.instead?.at === index) return replay.instead.answer
    return answer ? { bytes: answer.bytes } : {}
  })
  const replay: Replay = {
    port: server.port,
    play: (...recordings) => {
      playing = recordings
      before = server.connections()
      replay.instead = undefined
      replay.differences = []
      replay.matched = 0
    },
    instead: undefined,
    differences: [],
    matched: 0,
    close: server.close,
  }
  return replay
}

function compare(recorded: Buffer, said: Buffer): string | undefined {
  if (recorded[0] === packet.login && said[0] === packet.login) {
    const [was, is] = [readLogin(recorded), readLogin(said)]
    const other = Object.keys(was).filter((name) => was[name] !== is[name])
    return other.length === 0 ? undefined : `LOGIN7 differs in ${other.join(', ')}`
  }
  const [was, is] =
    recorded[0] === packet.prelogin ? [steadyPrelogin(recorded), steadyPrelogin(said)] : [recorded, said]
  if (was.equals(is)) return undefined
  return `recorded was ${describeClient(recorded)}\n${was.toString('hex')}\nbut it said\n${is.toString('hex')}`
}
