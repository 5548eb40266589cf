import { readFileSync, writeFileSync } from 'node:fs'

/** One message of a recorded exchange, packets and all, with what it means in people's words. */
export type Said = { from: 'client' | 'server'; says: string; bytes: Buffer }

/**
 * Reads a recording: before each message a line with what it means, then its bytes in hex, `>` before each line of the
 * client's, `<` before each of the server's.
 */
export function readExchange(file: URL): Said[] {
  const said: Said[] = []
  let says: string[] = []
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line.startsWith('#')) says.push(line.slice(1).trim())
    const hex = /^([<>]) ([0-9a-f ]+)$/.exec(line)
    if (!hex) continue
    const from = hex[1] === '>' ? 'client' : 'server'
    const bytes = Buffer.from((hex[2] as string).replaceAll(' ', ''), 'hex')
    const last = said.at(-1)
    if (says.length === 0 && last?.from === from) last.bytes = Buffer.concat([last.bytes, bytes])
    else said.push({ from, says: says.join('\n'), bytes })
    says = []
  }
  return said
}

export function saveExchange(file: URL, title: string, said: Said[]): void {
  const lines = said.flatMap(({ from, says, bytes }) => {
    const hex = bytes.toString('hex').match(/.{1,64}/g) ?? []
    const mark = from === 'client' ? '>' : '<'
    return [
      '',
      ...says.split('\n').map((words) => `# ${words}`),
      ...hex.map((part) => `${mark} ${part.replaceAll(/(..)(?=.)/g, '$1 ')}`),
    ]
  })
  writeFileSync(file, `${title}\n${lines.join('\n')}\n`)
}

/** What a driver says of itself, of its machine and of the moment, left out: 36 bytes by which it traces a sign-in. */
export function steadyPrelogin(message: Buffer): Buffer {
  const steady = Buffer.from(message)
  for (let at = 8; steady[at] !== undefined && steady[at] !== 0xff; at += 5)
    if (steady[at] === 5) {
      const from = 8 + steady.readUInt16BE(at + 1)
      steady.fill(0, from, from + steady.readUInt16BE(at + 3))
    }
  return steady
}

const loginFields = [
  'host',
  'user',
  'password',
  'app',
  'server',
  'extension',
  'library',
  'language',
  'database',
]

/** LOGIN7 as its fields (2.2.6.4): all of it but the machine, its process and its zone. */
export function readLogin(message: Buffer): Record<string, string | number> {
  const body = message.subarray(8)
  const found: Record<string, string | number> = {
    tds: body.readUInt32LE(4).toString(16),
    packet: body.readUInt32LE(8),
    flags: body.subarray(24, 28).toString('hex'),
    locale: body.readUInt32LE(32),
  }
  for (const [index, name] of loginFields.entries()) {
    const at = body.readUInt16LE(36 + index * 4)
    const length = body.readUInt16LE(38 + index * 4)
    if (name === 'host') continue
    if (name === 'extension') {
      if (length > 0) found.features = body.subarray(body.readUInt32LE(at)).toString('hex')
      continue
    }
    const part = Buffer.from(body.subarray(at, at + length * 2))
    // halves of each byte are swapped, and every other bit is turned
    if (name === 'password')
      for (const [place, byte] of part.entries()) {
        const turned = byte ^ 0xa5
        part[place] = ((turned << 4) | (turned >> 4)) & 0xff
      }
    found[name] = part.toString('utf16le')
  }
  return found
}
