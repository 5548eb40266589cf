import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createSocket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import { alertmanagerSchema } from './receivers-schemas.ts'

type Shown = { labels: Record<string, string>; annotations: Record<string, string>; endsAt: string }
export type Alertmanager = { url: string; active(): Promise<Shown[]>; close(): Promise<void> }

/** An Alertmanager: the real one where the machine has it, else a server that holds its API's own schema. */
export async function openAlertmanager(): Promise<Alertmanager> {
  const command = ['alertmanager', 'prometheus-alertmanager'].find(
    (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0,
  )
  if (command) return startReal(command)
  process.stderr.write(
    'There is no Alertmanager on this machine: its API is played by a server that holds its schema.\n',
  )
  return startPlayed()
}

async function startReal(command: string): Promise<Alertmanager> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-alertmanager-'))
  const config = join(folder, 'alertmanager.yml')
  writeFileSync(config, 'route: { receiver: none }\nreceivers: [{ name: none }]\n')
  const socket = createSocket()
  await new Promise<void>((resolve) => socket.listen(0, '127.0.0.1', resolve))
  const { port } = socket.address() as AddressInfo
  await new Promise((resolve) => socket.close(resolve))
  const child = spawn(
    command,
    [
      `--config.file=${config}`,
      `--storage.path=${folder}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let said = ''
  child.stderr.on('data', (text) => {
    said += text
  })
  const url = `http://127.0.0.1:${port}`
  for (let tries = 0; !(await fetch(`${url}/-/ready`).catch(() => undefined))?.ok; tries++) {
    if (child.exitCode !== null || tries === 100) throw new Error(`the Alertmanager did not start:\n${said}`)
    await sleep(100)
  }
  return {
    url,
    active: async () => (await (await fetch(`${url}/api/v2/alerts?active=true`)).json()) as Shown[],
    close: async () => {
      const exited = new Promise((resolve) => child.once('exit', resolve))
      child.kill()
      await exited
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function startPlayed(): Promise<Alertmanager> {
  const ajv = new Ajv({ strict: false })
  formats.default(ajv)
  const validate = ajv.compile<Shown[]>(alertmanagerSchema)
  const shown = new Map<string, Shown>()
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const part of request) body += part
    const alerts: unknown = JSON.parse(body)
    if (request.url !== '/api/v2/alerts' || !validate(alerts)) {
      response.writeHead(400).end(ajv.errorsText(validate.errors))
      return
    }
    // what tells one alert from another there
    for (const alert of alerts) shown.set(JSON.stringify(Object.entries(alert.labels).sort()), alert)
    response.writeHead(200).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    active: async () => [...shown.values()].filter((alert) => Date.parse(alert.endsAt) > Date.now()),
    close: async () => {
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
