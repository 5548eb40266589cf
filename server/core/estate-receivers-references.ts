import type { EstateFile } from './estate-schema.ts'

type Say = (path: string, message: string) => void
type Unique = (list: string, setting: string, names: string[]) => void

/** Each receiver has a name of its own, one address, and keys that differ. */
export function checkReceivers(estate: EstateFile, unique: Unique, say: Say): void {
  unique(
    'receivers',
    'receiver',
    estate.receivers.map((each) => each.receiver),
  )
  estate.receivers.forEach((each, index) => {
    const at = `receivers[${index}]`
    if ('url_from' in each && each.url_from && each.url)
      say(`${at}.url_from`, `"${each.url_from}" is set beside url; expected one of the two`)
    if (each.kind !== 'email' && each.kind !== 'pagerduty' && !each.url && !each.url_from)
      say(`${at}.url`, 'is missing; expected url, or url_from with the variable that holds the address')
    if (each.kind === 'email' && Boolean(each.smtp.user) !== Boolean(each.smtp.secret_from))
      say(
        `${at}.smtp.${each.smtp.user ? 'secret_from' : 'user'}`,
        'is missing; expected user and secret_from, or neither',
      )
    if (each.kind === 'webhook')
      each.secrets_from.forEach((name, position) => {
        if (each.secrets_from.indexOf(name) !== position)
          say(`${at}.secrets_from[${position}]`, `"${name}" is already named; expected another key`)
      })
  })
}
