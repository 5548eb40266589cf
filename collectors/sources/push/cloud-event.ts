/** How bindings of CloudEvents write an attribute into a header: HTTP and NATS, Kafka, AMQP in either of its ways. */
const prefix = /^(?:ce[-_]|cloudEvents[:_])([a-z0-9]+)$/

/**
 * The attributes of a CloudEvent in binary mode, from the headers beside its data (CloudEvents 1.0.2: the bindings of
 * HTTP, Kafka, NATS and AMQP); nothing where the headers do not make one.
 */
export function readEventHeaders(
  headers: Readonly<Record<string, unknown>>,
): Record<string, string> | undefined {
  const attributes: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    const attribute = prefix.exec(name)?.[1]
    if (attribute !== undefined && value !== undefined && value !== null)
      attributes[attribute] = String(value)
  }
  return attributes.specversion && attributes.id && attributes.source && attributes.type
    ? attributes
    : undefined
}
