import { z } from 'zod'

/** What an alert can be told by: where it holds, who looks after it, and how bad it is. */
export const alertLabels = [
  'condition',
  'severity',
  'plant',
  'region',
  'flow',
  'tier',
  'team',
  'source',
  'check',
] as const
export type AlertLabel = (typeof alertLabels)[number]
/** '' where an alert is of no single plant, flow, … */
export type AlertLabels = Record<AlertLabel, string>

const value = z
  .union([z.string().max(200), z.number()], 'a name, or a list of names')
  .transform(String)
  .describe('A name; "" stands for alerts that have none')

/** Labels that must all fit, each by one of its values; without any label everything fits. */
export const matcher = z
  .partialRecord(
    z.enum(alertLabels),
    z
      .union([value, z.array(value).min(1)], 'a name, or a list of names')
      .transform((given) => (Array.isArray(given) ? given : [given])),
  )
  .describe('Labels that must all fit, each by one of its values')
export type Matcher = z.infer<typeof matcher>

/** Whether every label that is named has one of its values. */
export const fits = (wanted: Matcher, labels: AlertLabels): boolean =>
  Object.entries(wanted).every(([label, values]) => values.includes(labels[label as AlertLabel]))

/** "plant HAM or SHF, severity page"; "everything" without any label. */
export function writeMatcher(wanted: Matcher): string {
  const words = Object.entries(wanted).map(
    ([label, values]) => `${label} ${values.map((each) => each || 'none').join(' or ')}`,
  )
  return words.join(', ') || 'everything'
}
