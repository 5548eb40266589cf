import { z } from 'zod'
import { parseDuration } from './duration.ts'

/** The small words an estate is written in; each message says what was expected, whatever stands there. */
const formed = (form: RegExp, expected: string) => z.string(expected).regex(form, expected)

export const id = formed(
  /^[A-Za-z][A-Za-z0-9_-]{0,63}$/,
  'a name of letters, digits, _ and - that starts with a letter',
)
export const words = z.string().min(1, 'text that is not empty').max(200, 'at most 200 characters')
export const duration = formed(
  /^\d+(\.\d+)?\s*(ms|s|m|h|d)$/,
  'a duration such as 30s, 5m, 2h or 30d',
).transform((text) => parseDuration(text) as number)
/** How old a fact may be: as many months as the engine takes in one load. */
export const age = duration.refine((ms) => ms <= 2_900 * 86_400_000, 'a duration of at most 2900d')
export const currency = formed(/^[A-Z]{3}$/, 'an ISO 4217 code such as EUR')

const decimalWords = 'a decimal such as 0.5, not negative, with at most 9 places'
/** Decimals may be written as numbers in YAML; they are text from here on. */
export const decimal = z
  .union([z.string(), z.number()], decimalWords)
  .transform(String)
  .refine((text) => /^\d{1,18}(\.\d{1,9})?$/.test(text), decimalWords)
/** What quantities or amounts are multiplied by: zero would make them vanish. */
export const factor = decimal.refine((text) => /[1-9]/.test(text), 'a decimal above zero')

export const clockTime = formed(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day such as 06:00')

const timeZoneWords = 'an IANA time zone such as Europe/Berlin'
export const timeZone = z.string(timeZoneWords).refine((zone) => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}, timeZoneWords)

/** One value, or a list of values of which any fits. */
export const oneOrMany = <Value extends z.ZodType>(value: Value) =>
  z.union([value.transform((one) => [one]), z.array(value).min(1)])

/** Where a person finds what to do. */
export const runbook = z
  .string()
  .max(500)
  .regex(/^(https?:\/\/|\/)\S+$/, 'an address: https://… or a path such as /runbooks/prices')
  .optional()
