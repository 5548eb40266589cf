/** A stream of numbers that is the same for the same parts, whatever else runs beside it. */
export type Random = {
  /** in [0, 1) */
  next(): number
  /** a whole number from `from` to `to`, both included */
  int(from: number, to: number): number
  chance(probability: number): boolean
  pick<T>(list: readonly T[]): T
  /** lognormal with the given median; `sigma` is the spread of its logarithm */
  lognormal(median: number, sigma: number): number
  /** how many events fall into an interval in which `mean` are expected */
  poisson(mean: number): number
}

/** Mixes any parts into 32 bits: FNV-1a, finished so that near parts end far apart. */
export function hash(...parts: (string | number)[]): number {
  let state = 0x811c9dc5
  for (const part of parts) {
    const text = String(part)
    for (let at = 0; at < text.length; at++) state = Math.imul(state ^ text.charCodeAt(at), 0x01000193)
    state = Math.imul(state ^ 0x7c, 0x01000193)
  }
  return scramble(state)
}

function scramble(value: number): number {
  let state = value | 0
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b)
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35)
  return (state ^ (state >>> 16)) >>> 0
}

const hex32 = (value: number) => value.toString(16).padStart(8, '0')

/** Lower-case hex of `words` × 32 bits, never all zero: a trace id has four words, a span id two. */
export function hexId(words: number, text: string): string {
  let id = ''
  // the word comes first: texts that collide from one start do not from another
  for (let word = 0; word < words; word++) id += hex32(hash(word, text))
  return /^0+$/.test(id) ? `${id.slice(1)}1` : id
}

/** Opens the stream that belongs to the parts. */
export function createRandom(...parts: (string | number)[]): Random {
  let state = hash(...parts)
  const next = () => {
    state = (state + 0x9e3779b9) | 0
    return scramble(state) / 2 ** 32
  }
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
  return {
    next,
    int: (from, to) => from + Math.floor(next() * (to - from + 1)),
    chance: (probability) => next() < probability,
    pick: (list) => list[Math.floor(next() * list.length)] as (typeof list)[number],
    lognormal: (median, sigma) => median * Math.exp(sigma * normal()),
    poisson: (mean) => {
      if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()))
      const limit = Math.exp(-mean)
      let count = 0
      for (let product = next(); product > limit; product *= next()) count++
      return count
    },
  }
}
