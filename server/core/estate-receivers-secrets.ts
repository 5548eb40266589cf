import { PlumblineError } from './errors.ts'
import type { ReceiverConfig } from './estate-receivers-schema.ts'
import { readSecret } from './settings.ts'

/** A receiver with what its estate only names: its address and its secrets, in the order in which they are named. */
export type Receiver<Config extends ReceiverConfig = ReceiverConfig> = Config & {
  address: string
  secrets: string[]
}

/**
 * Takes the addresses and secrets of receivers from the environment, or from the files it names.
 * @throws PlumblineError `secret_missing` with every variable that is missing or holds something else
 */
export function readReceivers(
  receivers: readonly ReceiverConfig[],
  env: NodeJS.ProcessEnv = process.env,
): Receiver[] {
  const details: { where: string; message: string }[] = []
  const read = (name: string, of: string, expected: string, fits: (text: string) => boolean) => {
    const text = readSecret(env, name)
    // the value itself is never said
    if (text === '')
      details.push({ where: name, message: `is not set; receiver ${of} expects ${expected} there` })
    else if (!fits(text))
      details.push({ where: name, message: `does not fit; receiver ${of} expects ${expected} there` })
    return text
  }
  const found = receivers.map((each) => {
    const address =
      each.kind === 'email'
        ? ''
        : each.kind !== 'pagerduty' && each.url_from
          ? read(each.url_from, each.receiver, 'an address such as https://…', isAddress)
          : (each.url ?? '')
    const secrets = namesOf(each).map((name) =>
      each.kind === 'webhook'
        ? read(name, each.receiver, 'whsec_ and 24 to 64 random bytes in base64', isSigningKey)
        : each.kind === 'pagerduty'
          ? read(name, each.receiver, 'a routing key of 32 characters', (text) => /^\w{32}$/.test(text))
          : read(name, each.receiver, 'a secret on one line', (text) => !/[\r\n]/.test(text)),
    )
    return { ...each, address, secrets }
  })
  if (details.length > 0)
    throw new PlumblineError(
      'secret_missing',
      `What receivers need is not there; nothing was started.\n${details.map((each) => `  ${each.where}: ${each.message}`).join('\n')}`,
      {
        where: (details[0] as { where: string }).where,
        mend: 'Set the variables named, or the same names with _FILE and the path of a file.',
        details,
      },
    )
  return found
}

function namesOf(config: ReceiverConfig): string[] {
  if (config.kind === 'webhook') return config.secrets_from
  const name =
    config.kind === 'email' ? config.smtp.secret_from : 'secret_from' in config && config.secret_from
  return name ? [name] : []
}

function isAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}

/** A key as Standard Webhooks writes it: the prefix, and enough bytes behind it. */
function isSigningKey(text: string): boolean {
  const match = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text)
  const { length } = Buffer.from(match?.[1] ?? '', 'base64')
  return length >= 24 && length <= 64
}
