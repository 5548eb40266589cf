import type { Tile } from '../../server/api/schemas/overview.ts'
import { formatDuration, formatMoney, formatMoneyShort, formatNumber, formatPercent } from './format.ts'

type Value = Pick<Tile, 'kind' | 'value' | 'money' | 'partial' | 'unit'>

/** A duration and its unit apart; of two units none is apart. */
export function splitDuration(text: string): { value: string; unit: string } {
  const cut = text.lastIndexOf('\u2009')
  return /\d$/.test(text)
    ? { value: text, unit: '' }
    : { value: text.slice(0, cut), unit: text.slice(cut + 1) }
}

/**
 * A value and its unit apart, for the unit is set small.
 * @param isShort money as it is read from afar: "€229k"
 */
export function splitValue(tile: Value, currency: string, isShort = false): { value: string; unit: string } {
  const bound = tile.partial ? '≥\u2009' : ''
  if (tile.kind === 'money') {
    if (tile.money === null) return { value: '–', unit: '' }
    const money = isShort ? formatMoneyShort(Number(tile.money), currency) : formatMoney(tile.money, currency)
    return { value: bound + money, unit: '' }
  }
  if (tile.value === null) return { value: '–', unit: '' }
  if (tile.kind === 'duration_ms') {
    const { value, unit } = splitDuration(formatDuration(tile.value))
    return { value: bound + value, unit }
  }
  if (tile.kind === 'percent') return { value: bound + formatPercent(tile.value).slice(0, -2), unit: '%' }
  return { value: bound + formatNumber(tile.value, { max: 1 }), unit: tile.unit }
}
