export type Chance = (below: number) => number

/** A repeatable source of chance: a whole number from 0 up to `below`. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

type Mutation = (body: Buffer, chance: Chance) => Buffer
const cut = (body: Buffer, from: number, to: number) =>
  Buffer.concat([body.subarray(0, from), body.subarray(to)])
const put = (body: Buffer, at: number, ...parts: Uint8Array[]) =>
  Buffer.concat([body.subarray(0, at), ...parts, body.subarray(at)])
const range = (body: Buffer, chance: Chance) => {
  const from = chance(body.length + 1)
  return [from, Math.min(body.length, from + 1 + chance(64))] as const
}

/** Puts another character of its kind in the place of a digit or letter: texts, numbers, ids change and stay sound. */
const swap: Mutation = (body, chance) => {
  const from = chance(body.length)
  for (let at = from; at < body.length; at++) {
    const byte = body[at] as number
    const [first, size] = byte >= 48 && byte <= 57 ? [48, 10] : byte >= 97 && byte <= 122 ? [97, 26] : [0, 0]
    if (size === 0) continue
    body[at] = first + chance(size)
    return body
  }
  return body
}

const mutations: Mutation[] = [
  swap,
  swap,
  swap,
  swap,
  // a bit, a byte, some bytes
  (body, chance) => {
    const at = chance(body.length)
    body[at] = (body[at] as number) ^ (1 << chance(8))
    return body
  },
  (body, chance) => {
    body[chance(body.length)] = chance(256)
    return body
  },
  (body, chance) => {
    const [from, to] = range(body, chance)
    return Buffer.from(body.fill(chance(256), from, to))
  },
  // cut off, cut out, doubled, moved
  (body, chance) => body.subarray(0, chance(body.length)),
  (body, chance) => cut(body, ...range(body, chance)),
  (body, chance) => {
    const [from, to] = range(body, chance)
    return put(body, to, body.subarray(from, to))
  },
  (body, chance) => {
    const [from, to] = range(body, chance)
    return put(body, chance(body.length + 1), body.subarray(from, to))
  },
  (body) => Buffer.concat([body, body]),
  // lengths and varints: one more or less, huge, ten bytes and eleven
  (body, chance) => {
    const at = chance(body.length)
    body[at] = ((body[at] as number) + (chance(2) === 0 ? 1 : 255)) & 255
    return body
  },
  (body, chance) => put(body, chance(body.length + 1), Buffer.from([0xff, 0xff, 0xff, 0xff, chance(128)])),
  (body, chance) =>
    put(body, chance(body.length + 1), Buffer.alloc(9 + chance(3), 0xff), Buffer.from([chance(128)])),
  (body, chance) => {
    const at = chance(body.length)
    body[at] = (body[at] as number) | 128
    return body
  },
  // what has a meaning in JSON, and what is no text
  (body, chance) => {
    const tokens = [
      '{',
      '}',
      '[',
      ']',
      '"',
      ',',
      ':',
      '\\',
      'null',
      '-',
      '1e999',
      '99999999999999999999',
      '\\ud800',
      '"":0,',
      '\u0000',
      '\ufeff',
    ]
    return put(body, chance(body.length + 1), Buffer.from(tokens[chance(tokens.length)] as string))
  },
  (body, chance) => put(body, chance(body.length + 1), Buffer.from([0xc0 + chance(64), chance(256)])),
  (body, chance) => {
    const open = chance(2) === 0 ? '[' : '{"a":'
    return put(body, chance(body.length + 1), Buffer.from(open.repeat(1 + chance(3000))))
  },
]

/** A body changed in one way or a few; never the one that was given. */
export function mutate(body: Uint8Array, chance: Chance): Buffer {
  let mutated: Buffer = Buffer.from(body)
  const changes = chance(4) === 0 ? 2 + chance(3) : 1
  for (let change = 0; change < changes && mutated.length > 0; change++)
    mutated = (mutations[chance(mutations.length)] as Mutation)(Buffer.from(mutated), chance)
  return mutated
}
