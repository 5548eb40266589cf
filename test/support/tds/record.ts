import os from 'node:os'
import { newTally } from '../../../collectors/sources/pull/tally.ts'
import { openDriver } from '../../../collectors/sources/sql/drivers.ts'
import { createDriverFetcher } from '../../../collectors/sources/sql/fetch.ts'
import { makeCertificate } from '../certificate.ts'
import { type Said, saveExchange, steadyPrelogin } from './exchange.ts'
import { describeClient } from './replay.ts'
import { recordedConfig, recordedPassword, type Scenario, scenarios } from './scenarios.ts'
import { startTds } from './server.ts'
import { packet, writeMessage } from './tokens.ts'

// Writes the recordings of test/sources/recorded anew: `npx tsx test/support/tds/record.ts`, after the driver or our
// statements have changed on purpose. What the driver says is taken from it; what a server answers is written by the
// specification, since none could be had. The changes are then read, and committed with what they come from.

os.hostname = () => 'recorder'
Object.defineProperty(process, 'pid', { value: 1 })
process.env.TZ = 'UTC'
const certificate = makeCertificate()

async function record({ settings, answers, from, isWhole }: Scenario): Promise<Said[]> {
  const said: Said[] = []
  const server = await startTds(certificate, (message, index) => {
    const bytes = message[0] === packet.prelogin ? steadyPrelogin(message) : Buffer.from(message)
    said.push({ from: 'client', says: describeClient(message), bytes })
    const answer = answers[index]
    if (!answer) throw new Error(`Nothing to answer to ${describeClient(message)}`)
    const written = writeMessage(packet.answer, answer[1])
    said.push({ from: 'server', says: answer[0], bytes: written })
    return { bytes: written }
  })
  const source = recordedConfig(server.port, settings)
  const tally = newTally()
  const driver = openDriver(source, { STOCK_PASSWORD: recordedPassword })
  const fetcher = createDriverFetcher(
    source,
    driver,
    () => tally,
    () => undefined,
  )
  for await (const _ of fetcher.fetch(from, isWhole));
  await server.close()
  return said
}

for (const [name, scenario] of Object.entries(scenarios))
  saveExchange(
    new URL(`../../sources/recorded/${name}.tds`, import.meta.url),
    `${scenario.title}\n\nWhat the client says is its driver's (tedious), in bytes. No server could be had: what one answers is written by its\npublished specification, [MS-TDS]. > is the client's, < the server's; encryption is taken off.`,
    await record(scenario),
  )
