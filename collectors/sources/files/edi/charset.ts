/** What the character sets of EDIFACT are called elsewhere (0001 of its syntax). */
const sets: Record<string, string> = {
  UNOC: 'iso-8859-1',
  UNOD: 'iso-8859-2',
  UNOE: 'iso-8859-5',
  UNOF: 'iso-8859-7',
  UNOG: 'iso-8859-3',
  UNOH: 'iso-8859-4',
  UNOI: 'iso-8859-6',
  UNOJ: 'iso-8859-8',
  UNOK: 'iso-8859-9',
  UNOW: 'utf-8',
  UNOY: 'utf-8',
}

/** Turns bytes, held as Latin-1, into text. `deviates` is told once of bytes that the set does not have. */
export type Decode = (text: string) => string

/**
 * Makes what reads the text of an interchange: by the set it names; where it names none, or one of ASCII only and does
 * not keep to it, as UTF-8 when it is that, else by what the source says.
 */
export function openDecode(set: string, encoding: string, deviates: (reason: string) => void): Decode {
  const named = sets[set]
  const strict = new TextDecoder(named ?? 'utf-8', { fatal: true })
  const loose = new TextDecoder(encoding === 'utf-8' ? 'windows-1252' : encoding)
  let isTold = false
  const tell = (reason: string) => {
    if (!isTold) deviates(reason)
    isTold = true
  }
  return (text) => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
    if (/^[\x00-\x7f]*$/.test(text)) return text
    if (set !== '' && named === undefined) tell(`has characters that ${set} does not have`)
    const bytes = Buffer.from(text, 'latin1')
    if (named === undefined && encoding !== 'utf-8') return loose.decode(bytes)
    try {
      return strict.decode(bytes)
    } catch {
      if (named !== undefined) tell(`has bytes that are no text of ${set}`)
      return loose.decode(bytes)
    }
  }
}
