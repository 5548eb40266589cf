import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { AwsV4Signer } from 'aws4fetch'

/** A server that speaks S3 (s3rver), in a process of its own, with one bucket. */
export type Bucket = {
  endpoint: string
  name: string
  /** what it is signed to with */
  credentials: { accessKeyId: string; secretAccessKey: string }
  put(key: string, content: string | Uint8Array): Promise<void>
  get(key: string): Promise<string>
  /** Puts an object beside the protocol: many at once */
  place(key: string, content: string): void
  remove(key: string): Promise<void>
  keys(prefix: string): Promise<string[]>
  close(): void
}

const name = 'exchange'
const keys = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' }

/** Starts the server; its pages go on by a cipher that OpenSSL 3 keeps among the old ones. */
export async function startBucket(): Promise<Bucket> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-bucket-'))
  const script = createRequire(import.meta.url).resolve('s3rver/bin/s3rver.js')
  const args = [
    '--openssl-legacy-provider',
    script,
    '-d',
    folder,
    '-p',
    '0',
    '-s',
    '--configure-bucket',
    name,
  ]
  const server: ChildProcess = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const port = await new Promise<string>((resolve, reject) => {
    server.once('exit', () => reject(new Error('s3rver did not start')))
    server.stdout?.on('data', (chunk) => {
      const found = /listening on \S+:(\d+)/.exec(String(chunk))
      if (found) resolve(found[1] as string)
    })
  })
  const endpoint = `http://127.0.0.1:${port}`
  const ask = async (method: string, path: string, body?: string | Uint8Array) => {
    const url = `${endpoint}/${name}${path}`
    const signed = await new AwsV4Signer({ method, url, service: 's3', region: 'us-east-1', ...keys }).sign()
    const response = await fetch(signed.url, { method, headers: signed.headers, body: body as never })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return text
  }
  const pathOf = (key: string) => `/${key.split('/').map(encodeURIComponent).join('/')}`
  return {
    endpoint,
    name,
    credentials: keys,
    put: async (key, content) => void (await ask('PUT', pathOf(key), content)),
    get: (key) => ask('GET', pathOf(key)),
    place: (key, content) => {
      const path = join(folder, name, `${key}._S3rver_object`)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, content)
    },
    remove: async (key) => void (await ask('DELETE', pathOf(key))),
    keys: async (prefix) =>
      [...(await ask('GET', `?prefix=${encodeURIComponent(prefix)}`)).matchAll(/<Key>([^<]*)<\/Key>/g)].map(
        ([, key]) => key as string,
      ),
    close: () => {
      server.removeAllListeners('exit')
      server.kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
