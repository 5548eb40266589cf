import { createHash, createHmac } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Bucket, startBucket } from '../support/bucket.ts'
import { type FilesWorld, filesEstate, openFilesWorld } from '../support/files-world.ts'
import { type Peer, startPeer } from '../support/peer.ts'

/** A bucket on a real server, and one world; what only a server that fails shows is answered by a peer. */
let bucket: Bucket
let peer: Peer
let world: FilesWorld

const canary = 'CANARY-7f3a-must-never-be-seen'
const source = (
  name: string,
  endpoint: string,
  settings: string,
  keys = 'PLUMBLINE_TEST_S3',
) => `  - source: ${name}
    kind: files
    system: wms
    bucket:
      endpoint: ${endpoint}
      bucket: ${bucket.name}
      prefix: ${name}/
      access_key_from: ${keys}_KEY
      secret_key_from: ${keys}_SECRET
      path_style: true
      timeout: 10s
      retries: 1
    pattern: '*.csv'
    format: csv
    poll: 1h
    plant: { const: HAM }
    states:
      order_lines: { order_type: { const: sales }, order_no: no, line_no: { const: 1 }, quantity: qty }
${settings}`
const estateOf = (folder: string, ...sources: string[]) => filesEstate(folder, sources.join(''))

beforeAll(async () => {
  Object.assign(process.env, {
    PLUMBLINE_TEST_S3_KEY: 'S3RVER',
    PLUMBLINE_TEST_S3_SECRET: 'S3RVER',
    PLUMBLINE_TEST_CANARY_KEY: 'NOBODY',
    PLUMBLINE_TEST_CANARY_SECRET: canary,
  })
  bucket = await startBucket()
  peer = await startPeer(() => ({ status: 503 }))
  world = await openFilesWorld((folder) => estateOf(folder, source('plain', bucket.endpoint, '')))
})
afterAll(async () => {
  await world?.close()
  await peer?.close()
  bucket?.close()
  for (const name of ['S3_KEY', 'S3_SECRET', 'CANARY_KEY', 'CANARY_SECRET'])
    delete process.env[`PLUMBLINE_TEST_${name}`]
})

/** The signature of version 4 as its description says, since s3rver takes any. */
function authorise(url: URL, { method, headers }: IncomingMessage): string {
  const hash = (text: string) => createHash('sha256').update(text).digest('hex')
  const mac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()
  const at = String(headers['x-amz-date'])
  const signed = /SignedHeaders=([^,]+)/.exec(String(headers.authorization))?.[1] as string
  const query = [...url.searchParams]
    .map((pair) => pair.map(encodeURIComponent).join('='))
    .sort()
    .join('&')
  const lines = signed.split(';').map((name) => `${name}:${headers[name]}\n`)
  const canonical = [
    method,
    url.pathname,
    query,
    lines.join(''),
    signed,
    headers['x-amz-content-sha256'],
  ].join('\n')
  const scope = `${at.slice(0, 8)}/us-east-1/s3/aws4_request`
  const key = scope.split('/').reduce<string | Buffer>((made, part) => mac(made, part), 'AWS4S3RVER')
  const signature = mac(key, ['AWS4-HMAC-SHA256', at, scope, hash(canonical)].join('\n')).toString('hex')
  return `AWS4-HMAC-SHA256 Credential=S3RVER/${scope}, SignedHeaders=${signed}, Signature=${signature}`
}

const rows = (...lines: string[]) => ['no,qty', ...lines].join('\n')
const now = async (from: string) =>
  (
    await world.rows<{ line: string }>(
      `SELECT order_no || ' ' || toString(argMax(quantity, version)) AS line FROM order_lines_log
       WHERE source = {from:String} AND load_seq IN (SELECT load_seq FROM loads) GROUP BY order_no HAVING NOT argMax(deleted, version) ORDER BY line`,
      { from },
    )
  ).map(({ line }) => line)
const polls = (from: string) =>
  world.rows<{
    outcome: string
    code: string
    reason: string
    requests: number
    retries: number
    bytes: string
  }>(
    'SELECT outcome, code, reason, requests, retries, bytes FROM source_polls WHERE source = {from:String} ORDER BY started_at',
    { from },
  )
const read = async (from: string) =>
  Number(
    (
      await world.rows<{ count: string }>(
        'SELECT count() AS count FROM readings WHERE source = {from:String}',
        { from },
      )
    )[0]?.count,
  )
const use = (...sources: string[]) => world.reopen({ estate: estateOf(world.folder, ...sources) })

test('objects over several pages are read once; one that changed in the same second, at the same size, again', async () => {
  for (let index = 0; index < 1003; index++) bucket.place(`plain/${String(index).padStart(4, '0')}.txt`, 'x')
  await bucket.put('plain/a ü+b%20&c.csv', rows('1,1'))
  await bucket.put('plain/z.csv', rows('2,2'))
  await bucket.put('plain/below/y.csv', rows('3,3'))
  await bucket.put('elsewhere.csv', rows('4,4'))
  await world.poll()
  expect(await now('plain')).toEqual(['1 1', '2 2'])
  // two pages, two objects
  expect((await polls('plain'))[0]).toMatchObject({ outcome: 'ok', requests: 4, retries: 0 })
  await world.poll()
  await world.reopen()
  expect(await read('plain')).toBe(2)
  await bucket.put('plain/z.csv', rows('2,5'))
  await bucket.put('plain/z.csv', rows('2,6'))
  await world.poll()
  expect(await now('plain')).toEqual(['1 1', '2 6'])
})

test('objects move, and go, once they are in the store; markers and folders below as in a folder', async () => {
  await bucket.put('tidy/day/a.csv', rows('1,1'))
  await bucket.put('tidy/b.csv', rows('2,2'))
  await bucket.put('tidy/b.csv.done', '')
  await use(
    source(
      'tidy',
      bucket.endpoint,
      "    recursive: true\n    done: '{name}.done'\n    after: { move: archive/ }\n    mode: delta\n",
    ),
  )
  const ours = () => bucket.keys('tidy/')
  expect(await ours()).toEqual(['tidy/archive/b.csv', 'tidy/archive/b.csv.done', 'tidy/day/a.csv'])
  await bucket.put('tidy/day/a.csv.done', '')
  await use(
    source(
      'tidy',
      bucket.endpoint,
      "    recursive: true\n    done: '{name}.done'\n    after: delete\n    mode: delta\n",
    ),
  )
  expect((await ours()).filter((key) => key.includes('day'))).toEqual([])
  expect(await now('tidy')).toEqual(['1 1', '2 2'])
})

test('a bucket that is not there, and keys that are not right, are errors of the source that say what to mend; no key is in them', async () => {
  await use(
    source('denied', bucket.endpoint, '', 'PLUMBLINE_TEST_CANARY'),
    source('absent', bucket.endpoint, '').replace('bucket: exchange', 'bucket: nowhere'),
    source('unset', bucket.endpoint, '', 'PLUMBLINE_TEST_NOWHERE'),
  )
  expect((await polls('denied')).at(-1)).toMatchObject({
    outcome: 'failed',
    code: 'forbidden',
    reason: expect.stringMatching(/answered 403: .*access key.*See that its user may read/is),
    requests: 1,
  })
  expect((await polls('absent')).at(-1)).toMatchObject({
    code: 'not_found',
    reason: expect.stringContaining(
      '/nowhere answered 404: NoSuchBucket: The specified bucket does not exist',
    ),
  })
  expect((await polls('unset')).at(-1)).toMatchObject({
    code: 'secret_missing',
    reason: expect.stringContaining('PLUMBLINE_TEST_NOWHERE_KEY is not set'),
  })
  const kept = await world.rows("SELECT * FROM readings WHERE outcome = 'failed'")
  expect(JSON.stringify([kept, await polls('denied')])).not.toContain(canary)
  expect(kept.length).toBeGreaterThan(2)
})

test('what fails is tried again; what breaks off, changes underway or lists without end loads nothing', async () => {
  const list = (token: string, ...files: [string, number, string][]) =>
    `<ListBucketResult><IsTruncated>${token !== ''}</IsTruncated><NextContinuationToken>${token}</NextContinuationToken>${files
      .map(
        ([key, size, tag]) =>
          `<Contents><Key>${key}</Key><Size>${size}</Size><ETag>"${tag}"</ETag><LastModified>2026-01-05T08:00:00.123Z</LastModified></Contents>`,
      )
      .join('')}</ListBucketResult>`
  const text = rows('1,1')
  const asked: string[] = []
  let answer: (path: string, method: string) => ReturnType<Peer['answer']> = () => ({ status: 503 })
  peer.answer = (url, request) => {
    asked.push(`${request.method} ${url.pathname}`)
    expect(request.headers.authorization).toBe(authorise(url, request))
    return answer(url.pathname, request.method ?? '')
  }
  await use(source('shaky', peer.url, '').replace('10s', '400ms'))
  const once = () => world.poll()
  expect((await polls('shaky')).at(-1)).toMatchObject({ code: 'not_answered', requests: 2, retries: 1 })
  answer = () => ({ body: list('same') })
  await once()
  expect((await polls('shaky')).at(-1)).toMatchObject({ code: 'pages_without_end' })
  answer = () => ({ body: '{}', delayMs: 900 })
  await once()
  expect((await polls('shaky')).at(-1)).toMatchObject({ code: 'not_answered' })
  answer = () => ({ body: { hello: 'this is another service' } })
  await once()
  expect((await polls('shaky')).at(-1)?.reason).toMatch(/XML|list of objects/)
  // an object of which another content is answered than was listed
  answer = (path) =>
    path.endsWith('.csv')
      ? { headers: { etag: '"b"' }, body: text }
      : { body: list('', ['shaky/a.csv', text.length, 'a']) }
  await once()
  const reason = async () => (await world.readings()).findLast(({ path }) => path === 'a.csv')?.reason
  expect(await reason()).toBe('was changed or taken away while it was read')
  answer = (path) =>
    path.endsWith('.csv')
      ? { headers: { etag: '"a"' }, body: `${text}\n2,2` }
      : { body: list('', ['shaky/a.csv', text.length, 'a']) }
  await once()
  expect(await reason()).toBe('is larger than it was listed')
  expect(await now('shaky')).toEqual([])
  answer = (path) =>
    path.endsWith('.csv')
      ? { headers: { etag: '"a"' }, body: text }
      : { body: list('', ['shaky/a.csv', text.length, 'a']) }
  await once()
  expect(await now('shaky')).toEqual(['1 1'])
  expect(asked.every((line) => line.startsWith('GET /exchange'))).toBe(true)
})
