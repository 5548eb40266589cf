import type { EstateFile } from './estate-schema.ts'

const dayMs = 86_400_000

/** What is taken in, or waited for, has to be kept as long. */
export function checkRetention(estate: EstateFile, say: (path: string, message: string) => void): void {
  const { retention } = estate
  const expectAtLeast = (group: keyof typeof retention, ms: number, because: string) => {
    const least = Math.ceil(ms / dayMs)
    if (retention[group] < least)
      say(
        `retention.${group}`,
        `"${retention[group]}d" is too short; expected ${least}d or more, since ${because}`,
      )
  }
  expectAtLeast('events', estate.allowed_age, 'allowed_age lets in events that old')
  estate.contracts.forEach(({ time }, index) => {
    expectAtLeast(
      'events',
      time?.latest_age ?? 0,
      `contracts[${index}].time.latest_age lets in events that old`,
    )
  })
  expectAtLeast(
    'corrections',
    (retention.quarantine + 7) * dayMs,
    'a message that was sent again is known by them as long as it is in quarantine',
  )
  estate.sources.forEach((source, index) => {
    const remember = source.kind === 'files' ? (source.edi?.remember ?? 0) : 0
    expectAtLeast('interchanges', remember, `sources[${index}].edi.remember looks back so far`)
  })
}
