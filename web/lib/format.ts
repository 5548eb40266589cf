/*
 * How numbers look: groups with a thin space, the true minus sign, units behind a thin space.
 * Decimals arrive as text and stay text: rounding is done on the digits, never through a float.
 */

const THIN = '\u2009'
const MINUS = '\u2212'
const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?$/

export interface DecimalOptions {
  /** digits after the point at least */
  min?: number
  /** digits after the point at most; the rest is rounded half away from zero */
  max?: number
  /** write + before a positive value */
  signed?: boolean
}

/** A decimal text as people read it: "-1240.500" → "−1 240.5". Text that is no decimal comes back as it is. */
export function formatDecimal(
  text: string,
  { min = 0, max = 6, signed = false }: DecimalOptions = {},
): string {
  const parts = DECIMAL.exec(text.trim())
  if (!parts) return text
  let digits = parts[2] as string
  let fraction = parts[3] ?? ''
  if (fraction.length > max) {
    const up = fraction.charCodeAt(max) >= 53 /* '5' */
    const kept = (BigInt(digits + fraction.slice(0, max)) + (up ? 1n : 0n)).toString().padStart(max + 1, '0')
    digits = kept.slice(0, kept.length - max)
    fraction = kept.slice(kept.length - max)
  }
  fraction = fraction.replace(/0+$/, '').padEnd(min, '0')
  digits = digits.replace(/^0+(?=\d)/, '')
  const zero = /^0*$/.test(digits + fraction)
  const sign = zero ? '' : parts[1] === '-' ? MINUS : signed ? '+' : ''
  return sign + groupDigits(digits) + (fraction ? `.${fraction}` : '')
}

function groupDigits(digits: string): string {
  return digits.length < 4 ? digits : digits.replace(/\B(?=(\d{3})+$)/g, THIN)
}

/** A count or a measured number, at most `max` digits after the point. */
export function formatNumber(value: number, options: DecimalOptions = {}): string {
  return Number.isFinite(value) ? formatDecimal(plainText(value), { max: 0, ...options }) : '–'
}

/** A number as decimal text without an exponent. */
function plainText(value: number): string {
  const text = String(value)
  if (!/e/i.test(text)) return text
  return Math.abs(value) >= 1e21 ? BigInt(value).toString() : value.toFixed(12)
}

/** Those of most are known: to make the first formatter takes a browser as long as to draw ten rows. */
const marks = new Map([
  ['EUR', '€'],
  ['USD', '$'],
  ['GBP', '£'],
  ['JPY', '¥'],
])

/** What stands before an amount: the symbol where it is one sign and known everywhere, else the code. */
export function currencyMark(currency: string): string {
  const mark = marks.get(currency) ?? findMark(currency)
  marks.set(currency, mark)
  return mark
}

function findMark(currency: string): string {
  if (!/^[A-Z]{3}$/.test(currency)) return currency ? `${currency}${THIN}` : ''
  const part = new Intl.NumberFormat('en', { style: 'currency', currency })
    .formatToParts(0)
    .find((p) => p.type === 'currency')?.value
  return part && part.length === 1 ? part : `${currency}${THIN}`
}

/**
 * Money: "€412 380", "CZK 519 720", "−€29 160". Whole units, except small amounts, which keep two digits.
 * @param amount decimal text in units of the currency
 */
export function formatMoney(amount: string, currency: string, options: DecimalOptions = {}): string {
  const parts = DECIMAL.exec(amount.trim())
  if (!parts) return amount
  const small = (parts[2] as string).replace(/^0+/, '').length < 3 && !/^0*$/.test(parts[3] ?? '')
  const text = formatDecimal(amount, { min: small ? 2 : 0, max: small ? 2 : 0, ...options })
  const sign = /^[+\u2212]/.exec(text)?.[0] ?? ''
  return sign + currencyMark(currency) + text.slice(sign.length)
}

/** Money for axes only: "€412k", "€1.2m". */
export function formatMoneyShort(value: number, currency: string): string {
  const mark = currencyMark(currency)
  const size = Math.abs(value)
  const sign = value < 0 ? MINUS : ''
  if (size >= 999_500) return `${sign}${mark}${formatNumber(size / 1e6, { max: size < 9.95e6 ? 1 : 0 })}m`
  if (size >= 1000) return `${sign}${mark}${formatNumber(size / 1e3)}k`
  return `${sign}${mark}${formatNumber(size)}`
}

/** A measured duration: "212 ms", "1.40 s", "47 s", "2.1 min", "47 min", "1 h 36", "3 d 4 h". */
export function formatDuration(ms: number): string {
  const size = Math.abs(ms)
  const sign = ms < 0 ? MINUS : ''
  if (size < 1) return `${sign}${formatNumber(size, { max: 2 })}${THIN}ms`
  if (size < 999.5) return `${sign}${formatNumber(size)}${THIN}ms`
  if (size < 9995) return `${sign}${formatNumber(size / 1e3, { min: 2, max: 2 })}${THIN}s`
  if (size < 99_500) return `${sign}${formatNumber(size / 1e3)}${THIN}s`
  if (size < 597_000) return `${sign}${formatNumber(size / 6e4, { min: 1, max: 1 })}${THIN}min`
  return sign + formatAge(size / 1e3)
}

/** A duration on an axis, where round numbers stand: "0", "500 ms", "5 s", "1 min", "1 h". */
export function formatDurationMark(ms: number): string {
  if (ms === 0) return '0'
  if (ms < 0) return MINUS + formatDurationMark(-ms)
  if (ms >= 6e4 && ms < 36e5 && ms % 6e4 === 0) return `${formatNumber(ms / 6e4)}${THIN}min`
  return formatDuration(ms)
    .replace(/\.0+(?=\u2009s)/, '')
    .replace(/(\.\d)0(?=\u2009s)/, '$1')
}

/** How long something lasts already: "4 s", "59 min", "1 h 17", "2 d 3 h". */
export function formatAge(seconds: number): string {
  const size = Math.max(0, seconds)
  if (size < 100) return `${Math.round(size)}${THIN}s`
  const minutes = Math.round(size / 60)
  if (minutes < 60) return `${minutes}${THIN}min`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) {
    const rest = minutes % 60
    return rest ? `${hours}${THIN}h${THIN}${String(rest).padStart(2, '0')}` : `${hours}${THIN}h`
  }
  const days = Math.floor(hours / 24)
  return hours % 24 ? `${days}${THIN}d${THIN}${hours % 24}${THIN}h` : `${days}${THIN}d`
}

/** A share as people read it: formatPercent(0.95) → "0.95 %". The value is in percent already. */
export function formatPercent(value: number, options: DecimalOptions = {}): string {
  const digits = Math.abs(value) < 0.995 && value !== 0 ? 2 : 1
  return `${formatNumber(value, { min: digits, max: digits, ...options })}${THIN}%`
}

/** Bytes in powers of 1000: "1.2 MB". */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${formatNumber(value, { max: unit && value < 10 ? 1 : 0 })}${THIN}${units[unit]}`
}

/** A side's value: a decimal with its unit dropped zeros, else the text itself, nothing at all as an en dash. */
export function formatValue(text: string): string {
  return text === '' ? '–' : formatDecimal(text)
}

/** goods_issue → "Goods issue", for names the estate does not title. */
export function wordsOf(name: string): string {
  const words = name.replace(/[_-]+/g, ' ').trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** The exact sum of decimals. */
export function sumDecimals(values: string[]): string {
  let scale = 0
  for (const value of values) scale = Math.max(scale, DECIMAL.exec(value)?.[3]?.length ?? 0)
  let sum = 0n
  for (const value of values) {
    const parts = DECIMAL.exec(value)
    if (!parts) continue
    const digits = BigInt((parts[2] as string) + (parts[3] ?? '').padEnd(scale, '0'))
    sum += parts[1] === '-' ? -digits : digits
  }
  const text = (sum < 0n ? -sum : sum).toString().padStart(scale + 1, '0')
  const whole = text.slice(0, text.length - scale)
  return `${sum < 0n ? '-' : ''}${whole}${scale ? `.${text.slice(text.length - scale)}` : ''}`
}

/** Text in which a line may not break inside a number or before its unit: a thin space is a break to a browser. */
export function keepNumbers(text: string): string {
  return text.replaceAll(THIN, `${THIN}\u2060`).replace(/([€£$]?\d{1,3}) (?=\d{3}\b)/g, `$1${THIN}\u2060`)
}
