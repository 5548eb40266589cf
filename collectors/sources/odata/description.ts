import type { OdataSourceConfig } from '../../../server/core/estate-odata-schema.ts'
import type { HttpClient } from '../http/client.ts'
import { SourceError } from '../pull/failure.ts'
import { type Fitted, fitSettings } from './fit.ts'
import { type Metadata, readMetadata } from './metadata.ts'
import { metadataAddress } from './query.ts'

/** So long what a service says of itself is believed. */
const keptMs = 3_600_000
/** What goes wrong when a service is no longer what it was. */
const doubtful = new Set(['refused', 'not_found', 'no_list', 'field_missing'])

/** What a service says of itself, kept, and looked at again where its answers no longer fit. */
export type Description = {
  /** Says that a fetch begins: what is read from now on needs no second look. */
  begin(): void
  /** What the source asks for. @throws SourceError where the service does not have it */
  open(): Promise<Fitted>
  /** @throws SourceError `schema_changed` where no item has a property that is read, and the service has none any more */
  check(items: readonly Record<string, unknown>[]): Promise<void>
  /** @throws SourceError `schema_changed` where that is what a failure comes from */
  explain(error: unknown): Promise<void>
}

export function openDescription(source: OdataSourceConfig, http: HttpClient): Description {
  let known: { fitted: Fitted; at: number } | undefined
  let begun = 0
  /** properties that answers lack though the service has them: it leaves out what is empty */
  const forgiven = new Set<string>()

  const read = async (): Promise<Fitted> => {
    const { metadata } = await http.get(
      metadataAddress(source),
      { accept: 'application/xml', ...source.headers },
      ({ text }): { rows: number; metadata: Metadata } => ({ rows: 0, metadata: readMetadata(text) }),
    )
    const fitted = fitSettings(source, metadata)
    known = { fitted, at: Date.now() }
    return fitted
  }
  const lookAgain = async () => {
    // where it does not fit, or can't be read, the next poll looks again
    if (known) known.at = 0
    try {
      return await read()
    } catch (error) {
      if (
        error instanceof SourceError &&
        ['set_unknown', 'field_unknown', 'field_unfit'].includes(error.code)
      )
        throw new SourceError('schema_changed', `The service has changed. ${error.message}`, { cause: error })
      throw error
    }
  }
  return {
    begin: () => {
      begun = Date.now()
    },
    open: async () => {
      if (!known) return read()
      return Date.now() - known.at < keptMs ? known.fitted : lookAgain()
    },
    check: async (items) => {
      const whole = items.filter((item) => !('@removed' in item))
      if (whole.length === 0 || !known) return
      const lacking = known.fitted.expected.filter(
        (name) => !forgiven.has(name) && !whole.some((item) => name in item),
      )
      if (lacking.length === 0) return
      if (known.at < begun) await lookAgain()
      for (const name of lacking) forgiven.add(name)
    },
    explain: async (error) => {
      if (!(error instanceof SourceError) || !doubtful.has(error.code)) return
      if (!known || known.at >= begun) return
      await lookAgain().catch((found: unknown) => {
        // a service that does not answer at all explains nothing
        if (found instanceof SourceError && found.code === 'schema_changed') throw found
      })
    },
  }
}
