import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { FilesSourceConfig } from '../../../server/core/estate-schema.ts'
import { SourceError } from '../pull/failure.ts'
import { listOf } from '../pull/reshape.ts'
import { readXml } from '../pull/xml.ts'
import { type SeenFile, UnreadableFileError } from '../rows/file.ts'
import { openS3, type S3 } from './s3.ts'
import type { Shelf, ShelfContext } from './shelf.ts'

/** More pages than this are a server that lists for ever. */
const mostPages = 10_000

/**
 * A bucket: each object is put beside the pulls and read there as any file, so that its keys never come into a query.
 * What tells one content from another is size, moment and ETag.
 */
export function openBucket(source: FilesSourceConfig, { tally, scratch }: ShelfContext): Shelf {
  const bucket = source.bucket as NonNullable<FilesSourceConfig['bucket']>
  const { prefix } = bucket
  const s3 = openS3({ source: source.source, bucket }, tally)
  return {
    name: `${bucket.bucket}/${prefix}`,
    isWhole: true,
    list: (isWanted) => listAll(s3, prefix, source.recursive, isWanted),
    look: (path) =>
      s3.ask({ method: 'HEAD', key: prefix + path, expected: [404] }, async ({ status, headers }) =>
        status === 404
          ? undefined
          : {
              path,
              fullPath: '',
              bytes: Number(headers.get('content-length')),
              modifiedAt: toSecond(headers.get('last-modified')),
              tag: trimTag(headers.get('etag')),
            },
      ),
    open: async (file) => {
      const fullPath = join(scratch, `${source.source}.object`)
      const close = () => rm(fullPath, { force: true })
      try {
        await download(s3, prefix + file.path, file, fullPath)
      } catch (error) {
        await close()
        throw error
      }
      return { fullPath, close }
    },
    remove: (path) => removeObject(s3, prefix + path),
    move: async (path, to) => {
      const from = `${bucket.bucket}/${prefix}${path}`.split('/').map(encodeURIComponent).join('/')
      const headers = { 'x-amz-copy-source': `/${from}` }
      await s3.ask({ method: 'PUT', key: prefix + to, headers }, async (response) => {
        // it may begin with success and end with an error
        const said = await response.text()
        if (/<Error>/.test(said)) throw new SourceError('refused', `${path} could not be copied to ${to}`)
      })
      await removeObject(s3, prefix + path)
    },
    close: () => s3.close(),
  }
}

/** Takes an object away; one that is gone already is. */
export const removeObject = (s3: S3, key: string): Promise<void> =>
  s3.ask({ method: 'DELETE', key, expected: [404] }, async (response) => {
    await response.text()
  })

type Listed = { Key?: string; Size?: string; LastModified?: string; ETag?: string }

/** Every object below a prefix whose path is wanted, by its path below it. */
export async function listAll(
  s3: S3,
  prefix: string,
  isRecursive: boolean,
  isWanted: (path: string) => boolean,
): Promise<SeenFile[]> {
  const files: SeenFile[] = []
  let token = ''
  for (let page = 0; page < mostPages; page++) {
    const query = {
      'list-type': '2',
      'encoding-type': 'url',
      prefix,
      ...(!isRecursive && { delimiter: '/' }),
      ...(token && { 'continuation-token': token }),
    }
    const result = await s3.ask({ method: 'GET', key: '', query }, async (response, seen) => {
      const text = await response.text()
      seen(text.length)
      const { ListBucketResult } = readXml(text) as { ListBucketResult?: Record<string, unknown> | string }
      if (ListBucketResult === undefined)
        throw new SourceError('not_s3', `${s3.host} did not answer with a list of objects`, {
          mend: 'See that the endpoint is that of the service, and whether the bucket stands in its path (path_style)',
        })
      return typeof ListBucketResult === 'string' ? {} : ListBucketResult
    })
    const isEncoded = result.EncodingType === 'url'
    for (const { Key = '', Size, LastModified, ETag } of listOf(result.Contents) as Listed[]) {
      const key = isEncoded ? decodeURIComponent(Key.replaceAll('+', ' ')) : Key
      const path = key.slice(prefix.length)
      if (!key.startsWith(prefix) || path === '' || path.endsWith('/') || !isWanted(path)) continue
      files.push({
        path,
        fullPath: '',
        bytes: Number(Size),
        modifiedAt: toSecond(LastModified ?? null),
        tag: trimTag(ETag ?? null),
      })
    }
    const next = String(result.NextContinuationToken ?? '')
    if (result.IsTruncated !== 'true') return files
    if (next === '' || next === token) break
    token = next
  }
  throw new SourceError('pages_without_end', `${s3.host} lists without end`, {
    mend: 'Name a prefix that has fewer objects, or move what was read',
  })
}

/** The object as it was listed, or nothing: one that was replaced meanwhile is read at the next poll. */
export async function download(s3: S3, key: string, file: SeenFile, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true })
  const headers = { ...(file.tag && { 'if-match': `"${file.tag}"` }) }
  await s3.ask({ method: 'GET', key, headers, expected: [404, 412] }, async (response, seen) => {
    const isOther = response.status !== 200 || trimTag(response.headers.get('etag')) !== file.tag
    if (isOther || !response.body) {
      await response.body?.cancel()
      throw new UnreadableFileError('was changed or taken away while it was read', true)
    }
    let bytes = 0
    const counted = new Transform({
      transform: (chunk: Buffer, _, done) => {
        bytes += chunk.length
        seen(chunk.length)
        done(bytes > file.bytes ? new UnreadableFileError('is larger than it was listed', true) : null, chunk)
      },
    })
    await pipeline(Readable.fromWeb(response.body as never), counted, createWriteStream(to, { mode: 0o600 }))
    if (bytes !== file.bytes) throw new UnreadableFileError('is smaller than it was listed', true)
  })
}

/** A list says milliseconds where the object itself says seconds. */
const toSecond = (said: string | null) => new Date(Math.floor(Date.parse(said ?? '') / 1000) * 1000)
const trimTag = (said: string | null) => (said ?? '').replace(/^W\//, '').replaceAll('"', '')
