import { XMLParser } from 'fast-xml-parser'
import { describeError } from '../../../server/core/errors.ts'
import { SourceError } from './failure.ts'

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  // amounts and keys stay as they are written
  parseTagValue: false,
  parseAttributeValue: false,
})

/**
 * Reads XML as plain values: elements by their names without prefixes, attributes with an @ before theirs, all text.
 * @throws SourceError `not_xml`; also for a document type, which nothing that we read needs and bombs are made of
 */
export function readXml(text: string): unknown {
  if (/<!DOCTYPE/i.test(text))
    throw new SourceError('not_xml', 'The answer declares a document type, which is not read')
  try {
    return parser.parse(text, true)
  } catch (error) {
    throw new SourceError('not_xml', `The answer is no XML: ${describeError(error).slice(0, 200)}`, {
      cause: error,
    })
  }
}
