import type { PersonalConfig } from './estate-personal-schema.ts'
import { longestMatched } from './safe-pattern.ts'

/** What stands in the place of a personal datum: its kind, and nothing of it. */
export const maskOf = (kind: string): string => `[personal: ${kind}]`

/** Puts masks in the place of what looks like a personal datum. */
export type MaskForms = (text: string) => string

// the end of a text may be cut off: what there is of a domain counts
const email = /[\p{L}\p{N}._%+'-]{1,64}(?:@|%40)(?:[\p{L}\p{N}-]{1,63}\.?){0,8}/gu
/** With the code of its country; others can't be told from numbers of documents. */
const phone = /(?<![\p{L}\p{N}])(?:\+|%2B)[1-9](?:[ ()./-]{0,2}\d){7,14}(?!\d)/gu
const ibanStart = /(?<![\p{L}\p{N}])[A-Z]{2}\d{2}(?=[ A-Z\d])/giu
const ibanLengths: Record<string, number> = Object.fromEntries(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 FO18 ' +
    'FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 ' +
    'MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 TN24 ' +
    'TR26 UA29 VA22 VG24 XK20'
  )
    .split(' ')
    .map((each) => [each.slice(0, 2), Number(each.slice(2))]),
)

const forms: Record<'email' | 'phone' | 'iban', MaskForms> = {
  email: (text) =>
    text.includes('@') || text.includes('%40') ? text.replace(email, maskOf('e-mail')) : text,
  phone: (text) => (/\+|%2B/.test(text) ? text.replace(phone, maskOf('phone')) : text),
  iban: maskIbans,
}

/** The forms known by name, which look like nothing else, in one pass each. */
export const maskKnown =
  (patterns: PersonalConfig['patterns']): MaskForms =>
  (text) =>
    patterns.reduce((left, each) => (typeof each === 'string' ? forms[each](left) : left), text)

/** The estate's own patterns; of a text longer than they may be held against, part by part. */
export function maskOwn(patterns: PersonalConfig['patterns']): MaskForms {
  const own = patterns.flatMap((each) =>
    typeof each === 'string' ? [] : [{ pattern: new RegExp(each.pattern, 'gu'), mask: maskOf(each.name) }],
  )
  return (text) => {
    for (const { pattern, mask } of own) {
      if (text.length <= longestMatched) {
        const masked = text.replace(pattern, () => mask)
        if (masked !== text) return masked
        continue
      }
      // half of each part is seen with what follows it
      for (let at = 0; at < text.length; at += longestMatched / 2)
        if (text.slice(at, at + longestMatched).search(pattern) >= 0) return mask
    }
    return text
  }
}

/** Any letters and digits can begin like an account; its length is its country's and its check digits fit. */
function maskIbans(text: string): string {
  let out = ''
  let from = 0
  for (const { 0: start, index } of text.matchAll(ibanStart)) {
    if (index < from) continue
    const end = endOfIban(text, index, ibanLengths[start.slice(0, 2).toUpperCase()] ?? 0)
    if (end < 0) continue
    out += text.slice(from, index) + maskOf('IBAN')
    from = end
  }
  return out + text.slice(from)
}

/** Where it ends, single spaces between its letters left out; -1 when it is none. */
function endOfIban(text: string, start: number, length: number): number {
  let letters = ''
  let at = start
  for (; letters.length < length && at < text.length; at++) {
    const char = text[at] as string
    if (/[A-Z\d]/i.test(char)) letters += char.toUpperCase()
    else if (char !== ' ') return -1
  }
  if (length === 0 || letters.length < length || /[A-Z\d]/i.test(text[at] ?? '')) return -1
  let rest = 0
  for (const char of letters.slice(4) + letters.slice(0, 4))
    rest = Number(`${rest}${Number.parseInt(char, 36)}`) % 97
  return rest === 1 ? at : -1
}
