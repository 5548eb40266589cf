/** The body is not the JSON encoding of an OTLP request; the message says where and what was expected. */
export class OtlpJsonError extends Error {}

const quote = 34
const backslash = 92

/**
 * Reads JSON value by value from its bytes, which must be UTF-8, without making objects of it. A position, and the text
 * last read, are all it holds.
 */
export class JsonReader {
  at = 0
  /** Where the text last read lies, without its quotes, and whether it has escapes */
  textFrom = 0
  textEnd = 0
  hasEscapes = false
  private readonly bytes: Buffer

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }

  fail(expected: string): never {
    throw new OtlpJsonError(`expected ${expected} at byte ${this.at}`)
  }

  private space(): number {
    const { bytes } = this
    for (;;) {
      const byte = bytes[this.at]
      if (byte !== 32 && byte !== 10 && byte !== 13 && byte !== 9) return byte ?? -1
      this.at++
    }
  }

  /** Nothing may follow. */
  end(): void {
    this.space()
    if (this.at < this.bytes.length) this.fail('the end')
  }
  /** Takes the bracket that opens an object or an array. */
  open(bracket: number, expected: string): void {
    if (this.space() !== bracket) this.fail(expected)
    this.at++
  }
  /** Whether another element follows; takes the comma before it, or the bracket that closes. */
  more(close: number, isFirst: boolean): boolean {
    const byte = this.space()
    if (byte === close) {
      this.at++
      return false
    }
    if (isFirst) return true
    if (byte !== 44) this.fail('a comma or the end of the list')
    this.at++
    return true
  }
  colon(): void {
    if (this.space() !== 58) this.fail('a colon')
    this.at++
  }

  /** Takes a string; where it lies is kept. */
  string(): void {
    const { bytes } = this
    if (this.space() !== quote) this.fail('text')
    this.textFrom = ++this.at
    this.hasEscapes = false
    for (; ; this.at++) {
      const byte = bytes[this.at]
      if (byte === quote) break
      if (byte === undefined || byte < 32) this.fail('the end of a text, and no control character in it')
      if (byte !== backslash) continue
      this.hasEscapes = true
      this.at++
      if (bytes[this.at] === undefined) this.fail('the end of a text')
    }
    this.textEnd = this.at++
  }
  /** The text last read. */
  text(): string {
    const { bytes, textFrom, textEnd } = this
    if (!this.hasEscapes) return bytes.toString('utf8', textFrom, textEnd)
    try {
      return JSON.parse(bytes.toString('utf8', textFrom - 1, textEnd + 1)) as string
    } catch {
      return this.fail('text with valid escapes')
    }
  }
  isText(wanted: Buffer): boolean {
    const { bytes, textFrom } = this
    for (let index = 0; index < wanted.length; index++)
      if (bytes[textFrom + index] !== wanted[index]) return false
    return true
  }
  /** Copies the text last read, which has no escapes; returns its length. */
  copyText(target: Buffer, to: number): number {
    const { bytes, textFrom, textEnd } = this
    const length = textEnd - textFrom
    // a call is dearer than a few bytes
    if (length > 24) bytes.copy(target, to, textFrom, textEnd)
    else for (let index = 0; index < length; index++) target[to + index] = bytes[textFrom + index] as number
    return length
  }

  isNull(): boolean {
    if (this.space() !== 110) return false
    this.literal('null')
    return true
  }
  boolean(): boolean {
    const isTrue = this.space() === 116
    this.literal(isTrue ? 'true' : 'false')
    return isTrue
  }
  private literal(word: string): void {
    if (this.bytes.toString('latin1', this.at, this.at + word.length) !== word)
      this.fail(word === 'null' ? 'a value' : 'true or false')
    this.at += word.length
  }

  /** The text of a number, which may stand in quotes. */
  private number(name: string): string {
    if (this.space() === quote) {
      this.string()
      return this.text()
    }
    const from = this.at
    const { bytes } = this
    for (; ; this.at++) {
      const byte = bytes[this.at] as number
      const isPart = (byte >= 48 && byte <= 57) || byte === 45 || byte === 43 || byte === 46
      if (!isPart && byte !== 101 && byte !== 69) break
    }
    const text = bytes.toString('latin1', from, this.at)
    if (!/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text)) this.fail(`a number (${name})`)
    return text
  }
  /** A whole number, exact whatever its size. */
  integer(name: string, least: bigint, most: bigint): number | bigint {
    const text = this.number(name)
    if (!/^-?\d{1,20}$/.test(text)) this.fail(`an integer (${name})`)
    if (text.length < 10) {
      const value = Number(text)
      if (value >= 0 || least < 0n) return value
    }
    const value = BigInt(text)
    if (value < least || value > most) this.fail(`an integer from ${least} to ${most} (${name})`)
    return value
  }
  /** A number, or in quotes also what JSON has no number for: NaN and the infinities. */
  real(name: string): number {
    const text = this.number(name)
    if (text === 'NaN') return Number.NaN
    if (!/^-?(Infinity|\d+(\.\d+)?([eE][+-]?\d+)?)$/.test(text)) this.fail(`a number (${name})`)
    return Number(text)
  }
  /** Enumerated values are integers in OTLP; their names are understood too. */
  enumerated(name: string, lists: string[][]): number | bigint {
    if (this.space() !== quote) return this.integer(name, -(2n ** 31n), 2n ** 31n - 1n)
    const before = this.at
    this.string()
    const text = this.text()
    for (const names of lists) if (names.includes(text)) return names.indexOf(text)
    this.at = before
    return this.integer(name, -(2n ** 31n), 2n ** 31n - 1n)
  }

  /** Passes over a value of any kind. */
  skip(depth: number): void {
    if (depth > 200) this.fail('values nested less deep')
    const byte = this.space()
    if (byte === quote) {
      this.string()
      if (this.hasEscapes) this.text()
    } else if (byte === 123) {
      this.at++
      for (let first = true; this.more(125, first); first = false) {
        this.space()
        this.string()
        this.colon()
        this.skip(depth + 1)
      }
    } else if (byte === 91) {
      this.at++
      for (let first = true; this.more(93, first); first = false) this.skip(depth + 1)
    } else if (byte === 116 || byte === 102) this.boolean()
    else if (byte === 110) this.literal('null')
    else this.number('value')
  }
}
