import { decompress as decompressZstd } from 'fzstd'
import kafkajs from 'kafkajs'
import { decompressFrame } from 'lz4-napi'
import { uncompress } from 'snappyjs'

/** What frames snappy's blocks as Java writes them (xerial): a magic number, two versions, then blocks by their length. */
const xerial = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0])
const xerialHeader = xerial.length + 8

/** Takes snappy apart, whether it is framed as Java's clients do or bare as librdkafka does. */
export function readSnappy(packed: Buffer): Buffer {
  if (!packed.subarray(0, xerial.length).equals(xerial)) return uncompress(packed)
  const blocks: Buffer[] = []
  for (let from = xerialHeader; from < packed.length; ) {
    const length = packed.readUInt32BE(from)
    const block = packed.subarray(from + 4, from + 4 + length)
    blocks.push(uncompress(block))
    from += 4 + length
  }
  return Buffer.concat(blocks)
}

const readOnly = (decompress: (packed: Buffer) => Promise<Buffer>) => () => ({
  compress: () => Promise.reject(new Error('nothing is written here')),
  decompress,
})

/** Teaches the client what it does not bring: gzip is its own, what else producers pack batches with is not. */
export function addCodecs(): void {
  const { CompressionTypes, CompressionCodecs } = kafkajs
  CompressionCodecs[CompressionTypes.Snappy] = readOnly(async (packed) => readSnappy(packed))
  CompressionCodecs[CompressionTypes.LZ4] = readOnly(decompressFrame)
  CompressionCodecs[CompressionTypes.ZSTD] = readOnly(async (packed) => Buffer.from(decompressZstd(packed)))
}
