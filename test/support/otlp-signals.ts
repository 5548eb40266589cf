import { decodeOfficial, encodeOfficial, type MessageName, writeOfficialJson } from './otlp-official.ts'

export type SignalCase = {
  signal: 'traces' | 'metrics'
  path: string
  request: MessageName
  response: MessageName
  /** How an answer names the count of what was not taken */
  rejected: string
  /** A request with so many good items, as many that can't be kept, and some of so many seconds ago */
  make(good: number, bad?: number, ago?: number[]): object
}

const seconds = (ago: number) => String(BigInt(Date.now() - ago * 1000) * 1_000_000n)
let last = 0
const id = (length: number) => {
  const bytes = Buffer.alloc(length, 1)
  bytes.writeUInt32BE(++last, length - 4)
  return bytes
}

/** Both signals of OTLP that are taken, with requests to try them by. */
export const signals: SignalCase[] = [
  {
    signal: 'traces',
    path: '/v1/traces',
    request: 'ExportTraceServiceRequest',
    response: 'ExportTraceServiceResponse',
    rejected: 'rejectedSpans',
    make: (good, bad = 0, ago = []) => ({
      resourceSpans: [
        {
          scopeSpans: [
            {
              spans: Array.from({ length: good + bad + ago.length }, (_, index) => ({
                traceId: index < good || index >= good + bad ? id(16) : Buffer.alloc(16),
                spanId: id(8),
                name: 'span',
                startTimeUnixNano: seconds(ago[index - good - bad] ?? 2),
                endTimeUnixNano: seconds((ago[index - good - bad] ?? 2) - 1),
              })),
            },
          ],
        },
      ],
    }),
  },
  {
    signal: 'metrics',
    path: '/v1/metrics',
    request: 'ExportMetricsServiceRequest',
    response: 'ExportMetricsServiceResponse',
    rejected: 'rejectedDataPoints',
    make: (good, bad = 0, ago = []) => ({
      resourceMetrics: [
        {
          scopeMetrics: [
            {
              metrics: Array.from({ length: good + bad + ago.length }, (_, index) => {
                const point = { timeUnixNano: seconds(ago[index - good - bad] ?? 1), asInt: String(++last) }
                return {
                  name: `metric_${last}`,
                  [index < good || index >= good + bad ? 'gauge' : 'summary']: { dataPoints: [point] },
                }
              }),
            },
          ],
        },
      ],
    }),
  },
]

export type Encoding = {
  name: 'protobuf' | 'json'
  headers: Record<string, string>
  write(name: MessageName, value: object): string | Uint8Array<ArrayBuffer>
  /** Reads an answer by the official messages; throws when it is not in this encoding. */
  read<Message>(name: MessageName, answer: Response): Promise<Message>
}

/** Both encodings, as a client that knows nothing of the product speaks them. */
export const encodings: Encoding[] = [
  {
    name: 'protobuf',
    headers: { 'content-type': 'application/x-protobuf' },
    write: (name, value) => new Uint8Array(encodeOfficial(name, value)),
    read: async (name, answer) => {
      expectType(answer, 'application/x-protobuf')
      return decodeOfficial(name, new Uint8Array(await answer.arrayBuffer()))
    },
  },
  {
    name: 'json',
    headers: { 'content-type': 'application/json' },
    write: (_name, value) => writeOfficialJson(value),
    read: async <Message>(_name: MessageName, answer: Response) => {
      expectType(answer, 'application/json')
      return (await answer.json()) as Message
    },
  },
]

function expectType(answer: Response, type: string): void {
  const found = answer.headers.get('content-type')
  if (found?.split(';')[0] !== type) throw new Error(`the answer is ${found}, not ${type}`)
}
