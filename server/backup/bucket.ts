import { createHash } from 'node:crypto'
import { open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { download, listAll, removeObject } from '../../collectors/sources/files/bucket.ts'
import { openS3, type S3 } from '../../collectors/sources/files/s3.ts'
import { SourceError } from '../../collectors/sources/pull/failure.ts'
import { newTally } from '../../collectors/sources/pull/tally.ts'
import { readXml } from '../../collectors/sources/pull/xml.ts'
import { PlumblineError } from '../core/errors.ts'
import { readSecret } from '../core/settings.ts'
import { manifestName } from './manifest.ts'
import { type Place, refuse } from './place.ts'

/** So much of a file is in memory at once, and sent by one request; of large files parts are larger (S3 takes 10,000). */
const partBytes = 16 * 2 ** 20
const mostParts = 9_000
/** Files that are sent or fetched beside each other. */
const lanes = 4
const timeoutMs = 120_000

const variables = {
  endpoint: 'PLUMBLINE_BACKUP_ENDPOINT',
  region: 'PLUMBLINE_BACKUP_REGION',
  access: 'PLUMBLINE_BACKUP_ACCESS_KEY',
  secret: 'PLUMBLINE_BACKUP_SECRET_KEY',
  session: 'PLUMBLINE_BACKUP_SESSION_TOKEN',
} as const

/**
 * A prefix of a bucket, `s3://bucket/prefix`. Endpoint, region and keys are in the environment (`PLUMBLINE_BACKUP_…`); with
 * an endpoint the bucket stands in the path, as servers inside want it, else it is AWS's own.
 * @throws PlumblineError `usage` or `setting_invalid` for what can't be used
 */
export function openBucketPlace(written: string, env: NodeJS.ProcessEnv): Place {
  const [, name, prefix] = /^s3:\/\/([A-Za-z0-9][A-Za-z0-9._-]{1,62})\/([^/].*?)\/*$/.exec(written) ?? []
  if (name === undefined || prefix === undefined)
    throw new PlumblineError('usage', `"${written}" is no place in a bucket`, {
      mend: 'Write s3://bucket/prefix: a backup has a prefix of its own.',
    })
  return placeOf(openClient(name, env), name, `${prefix}/`)
}

function openClient(name: string, env: NodeJS.ProcessEnv): S3 {
  const endpoint = env[variables.endpoint]
  if (endpoint && !/^https?:\/\/./.test(endpoint))
    throw new PlumblineError(
      'setting_invalid',
      `${variables.endpoint} is "${endpoint}"; expected an address`,
      {
        where: variables.endpoint,
      },
    )
  const tally = newTally()
  return openS3(
    {
      source: 'backup',
      bucket: {
        ...(endpoint && { endpoint }),
        region: env[variables.region] || 'us-east-1',
        bucket: name,
        prefix: '',
        access_key_from: variables.access,
        secret_key_from: variables.secret,
        ...(readSecret(env, variables.session) && { session_token_from: variables.session }),
        path_style: Boolean(endpoint),
        timeout: timeoutMs,
        retries: 4,
      },
    },
    () => tally,
    env,
  )
}

function placeOf(s3: S3, bucket: string, prefix: string): Place {
  const name = `s3://${bucket}/${prefix.slice(0, -1)}`
  const told = <Result>(work: () => Promise<Result>) => work().catch((error) => tell(error, name))
  const all = () => listAll(s3, prefix, true, () => true)
  return {
    name,
    expectFree: () =>
      told(async () => {
        const [first] = await all()
        if (first)
          refuse(`There is something in ${name} already: ${first.path}`, name, 'Name another prefix.')
      }),
    take: (folder, { files }) =>
      told(async () => {
        // the largest first, so that no lane is left with one at the end
        const waiting = [...files].sort((a, b) => b.bytes - a.bytes)
        await beside(waiting, ({ path, bytes, sha256 }) =>
          send(s3, prefix + path, join(folder, path), bytes, sha256),
        )
        const manifest = await readFile(join(folder, manifestName))
        await put(s3, prefix + manifestName, manifest)
        await rm(folder, { recursive: true, force: true })
      }),
    fetch: (scratch) =>
      told(async () => {
        const files = await all()
        if (!files.some(({ path }) => path === manifestName))
          throw new PlumblineError(
            'backup_broken',
            `There is no whole backup in ${name}: no ${manifestName}`,
            {
              where: name,
              mend: 'Name the prefix of a backup; one without a manifest was broken off.',
            },
          )
        const outside = files.find(({ path }) => path.split('/').some((part) => /^\.*$/.test(part)))
        if (outside) throw new PlumblineError('backup_broken', `${outside.path} does not belong to ${name}`)
        await beside(files, (file) => download(s3, prefix + file.path, file, join(scratch, file.path)))
        return scratch
      }),
    list: () =>
      told(async () => {
        const paths = (await all()).map(({ path }) => path.split('/'))
        const whole = new Set(paths.filter(([, file]) => file === manifestName).map(([one]) => one))
        return [...new Set(paths.map(([one = '']) => one))].map((one) => ({
          name: one,
          isWhole: whole.has(one),
        }))
      }),
    remove: (one) =>
      told(async () => {
        const below = `${prefix}${one}/`
        await removeObject(s3, below + manifestName)
        await beside(await listAll(s3, below, true, () => true), ({ path }) => removeObject(s3, below + path))
      }),
    below: (one) => placeOf(s3, bucket, `${prefix}${one}/`),
    close: () => s3.close(),
  }
}

/** What the bucket says becomes one of the errors that people are told of. */
function tell(error: unknown, name: string): never {
  if (!(error instanceof SourceError)) throw error
  throw new PlumblineError('backup_unreachable', `${name}: ${error.message}`, {
    where: name,
    mend: `See ${Object.values(variables).join(', ')} (or with _FILE their files), and whether the key may write there.`,
    cause: error,
    status: 502,
  })
}

/** Does work on each, a few beside each other; the first failure is thrown once none is under way. */
async function beside<Each>(all: readonly Each[], work: (each: Each) => Promise<unknown>): Promise<void> {
  let next = 0
  let failure: { error: unknown } | undefined
  const lane = async () => {
    while (next < all.length && !failure)
      await work(all[next++] as Each).catch((error) => {
        failure ??= { error }
      })
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  if (failure) throw failure.error
}

const put = (s3: S3, key: string, body: Uint8Array, query: Record<string, string> = {}) =>
  s3.ask(
    { method: 'PUT', key, query, body, headers: { 'x-amz-content-sha256': hashOf(body) } },
    async (response) => {
      await response.text()
      return response.headers.get('etag') ?? ''
    },
  )
const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** Sends a file, in one request or part by part; what is sent is what was hashed, or nothing becomes of it. */
async function send(s3: S3, key: string, path: string, bytes: number, sha256: string): Promise<void> {
  const changed = () => new PlumblineError('backup_broken', `${path} changed while it was sent`)
  if (bytes <= partBytes) {
    const body = await readFile(path)
    if (hashOf(body) !== sha256) throw changed()
    await put(s3, key, body)
    return
  }
  const upload = await begin(s3, key)
  const file = await open(path)
  try {
    const size = Math.max(partBytes, Math.ceil(bytes / mostParts))
    const hash = createHash('sha256')
    const etags: string[] = []
    for (let at = 0; at < bytes; at += size) {
      const part = Buffer.alloc(Math.min(size, bytes - at))
      const { bytesRead } = await file.read(part, 0, part.length, at)
      if (bytesRead !== part.length) throw changed()
      hash.update(part)
      etags.push(await put(s3, key, part, { partNumber: String(etags.length + 1), uploadId: upload }))
    }
    if (hash.digest('hex') !== sha256) throw changed()
    await complete(s3, key, upload, etags)
  } catch (error) {
    // what was sent of it would be kept, and paid for
    await s3
      .ask({ method: 'DELETE', key, query: { uploadId: upload }, expected: [404] }, (response) =>
        response.text(),
      )
      .catch(() => undefined)
    throw error
  } finally {
    await file.close()
  }
}

const begin = (s3: S3, key: string): Promise<string> =>
  s3.ask({ method: 'POST', key, query: { uploads: '' } }, async (response) => {
    const said = readXml(await response.text()) as { InitiateMultipartUploadResult?: { UploadId?: string } }
    const id = said.InitiateMultipartUploadResult?.UploadId
    if (!id) throw new SourceError('not_s3', `${s3.host} did not begin an upload in parts`)
    return id
  })

const complete = (s3: S3, key: string, upload: string, etags: string[]): Promise<void> => {
  const parts = etags.map(
    (etag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${etag}</ETag></Part>`,
  )
  const body = Buffer.from(`<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`)
  return s3.ask(
    {
      method: 'POST',
      key,
      query: { uploadId: upload },
      body,
      headers: { 'content-type': 'application/xml', 'x-amz-content-sha256': hashOf(body) },
    },
    async (response) => {
      // it may begin with success and end with an error
      if (/<Error>/.test(await response.text()))
        throw new SourceError('refused', `${key} could not be put together from its parts`)
    },
  )
}
