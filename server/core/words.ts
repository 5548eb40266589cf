/** Numbers and times in the words of the style sheet: thin spaces between groups, a true minus, zones spelled out. */
const thin = '\u2009'
const minus = '\u2212'

/** "1 240", "−60": whole numbers with grouped digits. */
export function writeNumber(value: number): string {
  // adding 0 makes 0 of −0
  return (Math.round(value) + 0).toLocaleString('en-US').replaceAll(',', thin).replace('-', minus)
}

/**
 * "€412 380", "CZK 519 720" from decimal text, rounded to whole units: the symbol where it is one sign and known
 * everywhere, else the code, since a dollar may be of many countries.
 */
export function writeMoney(amount: string, currency: string): string {
  const parts = new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency,
    maximumFractionDigits: 0,
    minimumFractionDigits: 0,
    // what rounds to zero has no sign
    signDisplay: 'negative',
  }).formatToParts(amount as unknown as number)
  return parts
    .filter(({ type }) => type !== 'literal')
    .map(({ type, value }) => (type === 'currency' && value.length > 1 ? `${currency}${thin}` : value))
    .join('')
    .replaceAll(',', thin)
    .replace('-', minus)
}

/** "240 ms", "47 s", "2.1 min", "1 h 36", "3 d 4 h" from milliseconds. */
export function writeDuration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`
  const seconds = ms / 1_000
  if (seconds < 99.5) return `${Math.round(seconds)} s`
  const minutes = seconds / 60
  if (minutes < 9.95) return `${minutes.toFixed(1)} min`
  if (minutes < 59.5) return `${Math.round(minutes)} min`
  const whole = Math.round(minutes)
  if (whole < 24 * 60) return `${Math.floor(whole / 60)} h ${String(whole % 60).padStart(2, '0')}`
  return `${Math.floor(whole / 1440)} d ${Math.floor((whole % 1440) / 60)} h`
}

/** "14:32 CET"; outside Europe the zone is written as an offset, "21:32 UTC+8", since CST means three things. */
export function writeClock(moment: Date, timeZone: string): string {
  const time = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }).format(
    moment,
  )
  return `${time} ${writeZone(moment, timeZone)}`
}

/** The short name of a zone at a moment. */
export function writeZone(moment: Date, timeZone: string): string {
  const part = (locale: string, timeZoneName: 'short' | 'shortOffset') =>
    new Intl.DateTimeFormat(locale, { timeZone, timeZoneName })
      .formatToParts(moment)
      .find(({ type }) => type === 'timeZoneName')?.value ?? ''
  if (timeZone === 'UTC') return 'UTC'
  if (timeZone.startsWith('Europe/')) return part('en-GB', 'short')
  return part('en-US', 'shortOffset').replace('GMT', 'UTC').replace('-', minus)
}

/** "Fri 20 Nov 2026 14:32 CET". */
export function writeMoment(moment: Date, timeZone: string): string {
  const day = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  }).format(moment)
  return `${day.replace(',', '')} ${writeClock(moment, timeZone)}`
}
