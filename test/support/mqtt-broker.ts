import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Aedes, type AedesOptions } from 'aedes'
import mqtt, { type MqttClient } from 'mqtt/index'

/** A broker of MQTT 3.1.1 in this process; `stop` takes its port away, and `start` gives it back with all it kept. */
export type MqttBroker = {
  url: string
  port: number
  stop(): Promise<void>
  start(): Promise<void>
  close(): Promise<void>
}

export async function startAedes(options: AedesOptions = {}): Promise<MqttBroker> {
  const aedes = await Aedes.createBroker(options)
  let server: Server | undefined
  const sockets = new Set<Socket>()
  const broker: MqttBroker = {
    url: '',
    port: 0,
    start: () =>
      new Promise((resolve) => {
        const opened = createServer((socket) => {
          sockets.add(socket)
          socket.once('close', () => sockets.delete(socket))
          aedes.handle(socket)
        })
        server = opened
        opened.listen(broker.port, '127.0.0.1', () => {
          broker.port = (opened.address() as { port: number }).port
          broker.url = `mqtt://127.0.0.1:${broker.port}`
          resolve()
        })
      }),
    stop: () =>
      new Promise((resolve) => {
        server?.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
    close: async () => {
      await broker.stop()
      await new Promise<void>((resolve) => aedes.close(() => resolve()))
    },
  }
  await broker.start()
  return broker
}

/** Whether a mosquitto is on the PATH: a broker of MQTT 5. */
export const hasMosquitto = spawnSync('mosquitto', ['-h']).error === undefined

/** Starts it on a port that is free. */
export async function startMosquitto(): Promise<{ url: string; close(): Promise<void> }> {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-mosquitto-'))
  const config = join(folder, 'mosquitto.conf')
  writeFileSync(config, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\n`)
  const child: ChildProcess = spawn('mosquitto', ['-c', config], { stdio: 'ignore' })
  await untilOpen(port)
  return {
    url: `mqtt://127.0.0.1:${port}`,
    close: async () => {
      child.kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })

/** Resolves once somebody listens on a port. */
export async function untilOpen(port: number): Promise<void> {
  const { connect } = await import('node:net')
  for (;;) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy()
        resolve(true)
      })
      socket.once('error', () => resolve(false))
    })
    if (isOpen) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** A sender on a broker. */
export const openSender = (url: string, protocolVersion: 4 | 5 = 4): Promise<MqttClient> =>
  mqtt.connectAsync(url, { protocolVersion, clientId: `sender-${Math.random()}` })
