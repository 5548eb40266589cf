import type { OdataSourceConfig } from './estate-odata-schema.ts'
import type { Say } from './estate-rows-references.ts'

/** What a schema can't see in a source of OData; what only the service can know is checked when it is asked. */
export function checkOdataSource(source: OdataSourceConfig, at: string, say: Say): void {
  if (/\$metadata|[?#]/.test(source.url))
    say(`${at}.url`, `"${source.url}" is not the root of a service; expected it without $metadata, ? and #`)
  for (const name of Object.keys(source.query))
    if (/^\$(filter|select|expand|orderby|top|skip|skiptoken|inlinecount|count|format)$/.test(name))
      say(`${at}.query.${name}`, 'is written by Plumbline itself; expected the setting of its own')
  if (source.changes === 'delta_link') {
    if (source.version === 2)
      say(`${at}.changes`, '"delta_link" is not of V2; expected filter, with a cursor')
    if (source.cursor) say(`${at}.cursor`, 'has no meaning beside changes: delta_link; remove it')
    if (source.mode === 'snapshot')
      say(`${at}.changes`, '"delta_link" has no meaning in mode snapshot; expected mode delta')
    return
  }
  if (source.mode === 'delta' && !source.cursor)
    say(
      `${at}.cursor`,
      'is missing; expected the field that says how new an item is, changes: delta_link, or mode: snapshot',
    )
}
