/** What each rule means that a message can break; a code that is not here is shown as it is. */
const WORDS: Record<string, string> = {
  'field.missing': 'A required field is missing',
  'field.type': 'A field is of another type',
  'field.enum': 'A value is none of those allowed',
  'field.pattern': 'A value is not formed as it must be',
  'field.length': 'A text is too short or too long',
  'field.range': 'A number is outside of its range',
  'field.unknown': 'A field the contract does not name',
  'unit.missing': 'A quantity without a unit',
  'unit.unknown': 'A unit the estate does not know',
  'unit.range': 'A quantity too large in base units',
  'time.future': 'Stamped in the future',
  'time.age': 'Happened too long ago',
  'time.zone': 'A time without a zone, or in another one',
  'version.unknown': 'A version without a contract',
  'version.retired': 'A version that is no longer taken',
  'version.deprecated': 'A version that will go',
  'source.unknown': 'A source the estate does not name',
  'plant.unknown': 'A plant the estate does not name',
  'plant.unserved': 'A plant its system does not serve',
  'trace.malformed': 'A trace header that cannot be read',
  'reference.unknown': 'Names a record nobody has stated',
  'span.trace_id': 'A span without a trace id',
  'span.span_id': 'A span without an id',
  'span.times': 'A span that ends before it starts',
  'span.age': 'A span that began too long ago',
  'span.future': 'A span that begins in the future',
  'delivery.unreadable': 'A message no record could be made of',
  'delivery.unfetched': 'A key that was named and could not be fetched',
  'interchange.conflict': 'A control number that came before with another content',
  'spool.unreadable': 'A request the engine cannot read',
  'spool.damaged': 'A request the disk has changed',
  '-': 'No rule is named',
}

/** The rule in words; the code itself where there are none. */
export const codeWords = (code: string): string => WORDS[code] ?? code

const KINDS: Record<string, string> = {
  event: 'Events',
  events: 'Requests of events',
  span: 'Spans',
  traces: 'Requests of traces',
  metrics: 'Requests of metrics',
  row: 'Rows of files',
  delivery: 'Messages of webhooks and brokers',
  deliveries: 'Requests of webhooks and brokers',
  file: 'Files',
  interchange: 'Interchanges',
}
/** What was refused, in words. */
export const kindWords = (kind: string): string => KINDS[kind] ?? kind

const ONES: Record<string, string> = {
  event: 'Event',
  span: 'Span',
  row: 'Row of a file',
  delivery: 'Message',
  file: 'File',
  interchange: 'Interchange',
}
/** What one of them is, in words. */
export const oneOfKind = (kind: string): string => ONES[kind] ?? kindWords(kind)
