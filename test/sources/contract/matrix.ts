import type { PulledKind } from '../../../collectors/sources/index.ts'
import type { SqlDialect } from '../../../server/core/estate-sql-schema.ts'

/** What every adapter owes whoever configures it, in the words of what can go wrong. */
export const obligations = [
  'config schema',
  'docs line',
  'resume',
  'partial page',
  'time-out',
  '401',
  '403',
  '429',
  '500',
  'malformed body',
  'oversize body',
  'clock skew',
  'schema change',
] as const
export type Obligation = (typeof obligations)[number]

/** Where it is shown: by the contract test itself, by a test of the adapter's own, or why there is nothing to show. */
export type Cell = 'here' | { file: string; test: string } | { not: string }

const at = (file: string, test: string): Cell => ({ file, test })
const not = (reason: string): Cell => ({ not: reason })

const everyone = { 'config schema': 'here', 'docs line': 'here' } as const
/** Shown here, by one peer on real HTTP that answers to all who pull over it. */
const overHttp = {
  ...everyone,
  'time-out': 'here',
  '401': 'here',
  '403': 'here',
  '429': 'here',
  '500': 'here',
  'malformed body': 'here',
} as const
/** The same of everything that a broker sends: it has no answers, only a connection and messages. */
const ofBrokers = {
  ...everyone,
  'partial page': not('messages come one by one: each is acknowledged or comes again'),
  '429': not('it is the broker that is held back: by in_flight, and by the spool'),
  'oversize body': not('what a message may hold is for the broker to say; one that is there has to be taken'),
  'clock skew': not('a message is stamped by our clock when it comes; the mapping reads what stands in it'),
  'schema change': not(
    'each message is read by itself: what no longer fits is in quarantine with its reason',
  ),
} as const

const sqlserver = 'sqlserver.test.ts'
const drivers = 'sql-drivers.test.ts'
const nats = 'nats.test.ts'
const amqp = 'amqp.test.ts'
const kafka = 'kafka.test.ts'
const mqtt = 'mqtt.test.ts'
const hooks = '../collectors/webhooks.test.ts'
const isAway = 'a broker that is away is the state of its source; once it is back it goes on'

/** Who keeps the contract: each kind of source, and each database that a driver of its own asks. */
export type Keeper = PulledKind | `sql ${Exclude<SqlDialect, 'postgresql' | 'mysql'>}`

/** A kind of source that has no line here does not compile; an adapter without one fails the test. */
export const matrix: Record<Keeper, Record<Obligation, Cell>> = {
  rest: {
    ...overHttp,
    resume: 'here',
    'partial page': at('rest.test.ts', 'a fetch that breaks off keeps what came before, and goes on there'),
    'oversize body': 'here',
    'clock skew': 'here',
    'schema change': at(
      'rest.test.ts',
      'a mapping that fits nothing is a failure of the source, and its cursor stays; a bad row later waits in quarantine',
    ),
  },
  odata: {
    ...overHttp,
    resume: 'here',
    'partial page': at(
      'odata-wire.test.ts',
      'a fetch that breaks off goes on from what is in, and takes nothing twice',
    ),
    'oversize body': 'here',
    'clock skew': 'here',
    'schema change': at(
      'odata.test.ts',
      'a field that is gone is an error of its source, and nothing is emptied by it',
    ),
  },
  files: {
    ...overHttp,
    resume: 'here',
    'partial page': at(
      'bucket.test.ts',
      'what fails is tried again; what breaks off, changes underway or lists without end loads nothing',
    ),
    'oversize body': at(
      'bucket.test.ts',
      'what fails is tried again; what breaks off, changes underway or lists without end loads nothing',
    ),
    'clock skew': not('a file is as old as its place says; it is complete up to when it was written'),
    'schema change': at('snapshots.test.ts', 'lacks the column "qty"; it has loc, item'),
  },
  sql: {
    ...everyone,
    resume: at(
      'sql-kill.test.ts',
      'kill -9 at any moment of several pulls: states equal the source’s, and nothing is doubled',
    ),
    'partial page': at(
      'sql.test.ts',
      'page by page among rows of one moment, and on from where it was when a page failed',
    ),
    'time-out': at('sql.test.ts', 'what takes longer than it may is ended there, too'),
    '401': at('sql.test.ts', 'a wrong password'),
    '403': at('sql.test.ts', 'a table that is closed'),
    '429': not('a database does not say that it is asked too often; too many connections is a 500'),
    '500': at('sql.test.ts', 'a port where nobody is'),
    'malformed body': not('the wire is the driver’s; what a value is not, its row is in quarantine for'),
    'oversize body': not('rows are streamed in pages of page_rows, and never held whole'),
    'clock skew': at(
      'sql.test.ts',
      'what is there first; then what has changed, by a WHERE that the database works on',
    ),
    'schema change': at(
      'sql.test.ts',
      'a column that is called otherwise is said, and found again once the source names it',
    ),
  },
  'sql sqlserver': {
    ...everyone,
    resume: at(sqlserver, 'and the next poll goes on from there, once'),
    'partial page': at(sqlserver, 'of a page that breaks off nothing is taken; the next poll has it all'),
    'time-out': at(sqlserver, 'what is not answered in time is ended'),
    '401': at(sqlserver, 'a login it refuses'),
    '403': at(sqlserver, 'a table that is closed'),
    '429': not('a database does not say that it is asked too often; too many connections is a 500'),
    '500': at(sqlserver, 'a connection that breaks'),
    'malformed body': at(sqlserver, 'bytes that are no answer'),
    'oversize body': at(sqlserver, 'rows are taken no faster than they are asked for'),
    'clock skew': at(sqlserver, 'by its own clock, which is that of the recording'),
    'schema change': at(sqlserver, 'a column that is gone meanwhile'),
  },
  'sql oracle': {
    ...everyone,
    resume: at(drivers, 'Oracle: in its own words, and a time without a zone stays one'),
    'partial page': not(
      'no server and no recording could be had: pages are the same code as SQL Server’s, held there',
    ),
    'time-out': at('oracle.test.ts', 'one that says nothing'),
    '401': at(drivers, 'ORA-01017: invalid username/password; logon denied'),
    '403': at(drivers, 'ORA-01031: insufficient privileges'),
    '429': not('a database does not say that it is asked too often; too many connections is a 500'),
    '500': at('oracle.test.ts', 'a listener that hangs up'),
    'malformed body': at('oracle.test.ts', 'bytes that are no packet'),
    'oversize body': not(
      'no server and no recording could be had: rows are asked for by result set, 1,000 at once',
    ),
    'clock skew': at(drivers, 'tally).toMatchObject({ requests: 4, skew_ms: 0 })'),
    'schema change': at(drivers, 'ORA-00904: "QTY": invalid identifier'),
  },
  webhook: {
    ...everyone,
    resume: not('the sender goes on; what was answered 200 is in the spool, which recovers'),
    'partial page': not('a delivery is whole or none: its length is counted'),
    'time-out': not('it is the sender who waits for us'),
    '401': at(hooks, 'another secret'),
    '403': not('who is verified may deliver; there is nothing else to permit'),
    '429': at(hooks, 'too fast is asked to come back; the delivery may then be sent again'),
    '500': at(hooks, 'without its secret it takes nothing and asks to come back, and says why on its page'),
    'malformed body': at(
      hooks,
      'what can not be read or mapped is acknowledged, and kept whole with its reason',
    ),
    'oversize body': at(hooks, 'too large is answered 413, whether it says so or not'),
    'clock skew': at(hooks, 'a time that is signed along must be near our clock, and is what was signed'),
    'schema change': at(
      hooks,
      'what can not be read or mapped is acknowledged, and kept whole with its reason',
    ),
  },
  mqtt: {
    ...ofBrokers,
    resume: at(
      'mqtt-kill.test.ts',
      'kill -9 under load, again and again: what was sent with QoS 1 is in the store, each once',
    ),
    'time-out': at(mqtt, isAway),
    '401': 'here',
    '403': 'here',
    '500': at(mqtt, isAway),
    'malformed body': at(mqtt, 'what can not be read is acknowledged, and in quarantine with its reason'),
  },
  nats: {
    ...ofBrokers,
    resume: at(nats, 'a server that goes and comes back: said, and gone on with'),
    'time-out': at(nats, 'a server that goes and comes back: said, and gone on with'),
    '401': at(nats, 'who may not come in, or may not read, is told so'),
    '403': at(nats, 'who may not come in, or may not read, is told so'),
    '500': at(nats, 'a server that goes and comes back: said, and gone on with'),
    'malformed body': at(nats, 'against a nats-server: taken in order, acknowledged, poison too'),
  },
  amqp: {
    ...ofBrokers,
    resume: at(amqp, 'kill -9 under load: all that was sent is in the store, each once'),
    'time-out': at(amqp, 'a broker that goes and comes back: said, and gone on with'),
    '401': at(amqp, 'what keeps it from its queue is said: its name, its login, that it was deleted'),
    '403': at(amqp, 'what keeps it from its queue is said: its name, its login, that it was deleted'),
    '500': at(amqp, 'a broker that goes and comes back: said, and gone on with'),
    'malformed body': at(amqp, 'a queue that is made and bound: taken in order, acknowledged, poison too'),
  },
  kafka: {
    ...ofBrokers,
    resume: at(
      kafka,
      'kill -9 under load, and a group dealt anew: all that was sent is in the store, each once',
    ),
    'time-out': at(kafka, 'a broker that is not there is said'),
    '401': not('librdkafka’s mock cluster knows no SASL, and no other peer could be had: never run'),
    '403': not('librdkafka’s mock cluster knows no ACL, and no other peer could be had: never run'),
    '500': at(kafka, 'a broker that is not there is said'),
    'malformed body': at(kafka, 'taken in the order of its partitions, committed once on disk, poison too'),
  },
}
