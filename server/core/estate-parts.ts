import { z } from 'zod'
import { parseDuration } from './duration.ts'

/** The small words an estate is written in; each message says what was expected. */
export const id = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'a name of letters, digits, _ and -')
export const words = z.string().min(1, 'text that is not empty').max(200, 'at most 200 characters')
export const duration = z
  .string()
  .regex(/^\d+(\.\d+)?\s*(ms|s|m|h|d)$/, 'a duration such as 30s, 5m, 2h or 30d')
  .transform((text) => parseDuration(text) as number)
export const currency = z.string().regex(/^[A-Z]{3}$/, 'an ISO 4217 code such as EUR')
/** Decimals may be written as numbers in YAML; they are text from here on. */
export const decimal = z
  .union([z.string(), z.number()])
  .transform(String)
  .refine((text) => /^\d+(\.\d{1,9})?$/.test(text), 'a decimal such as 0.5, with at most 9 places')
export const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day such as 06:00')
export const timeZone = z.string().refine((zone) => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}, 'an IANA time zone such as Europe/Berlin')
