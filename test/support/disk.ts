import { type Disk, type DiskState, watchDisk } from '../../server/core/disk.ts'
import type { DiskMarks } from '../../server/core/estate-disk-schema.ts'

/** A disk of which so much is free; 15 % is where somebody is told, 5 % where nothing more is taken. */
export function diskWith(free_bytes: number, total_bytes = 1000): DiskState {
  const [warn_bytes, refuse_bytes] = [total_bytes * 0.15, total_bytes * 0.05]
  const state = free_bytes < refuse_bytes ? 'refuse' : free_bytes <= warn_bytes ? 'warn' : 'ok'
  return { disk: 'the data folder', path: '/data', free_bytes, total_bytes, warn_bytes, refuse_bytes, state }
}

/** A disk of 2 GB, half of it free, until a test says otherwise; watched as the product watches one. */
export async function watchRoom(
  marks: DiskMarks = { warn_at: { free: 0.3e9 }, refuse_at: { free: 0.1e9 } },
): Promise<Disk & { have(freeBytes: number): Promise<void> }> {
  let free = 1e9
  const disk = await watchDisk({
    folders: { 'the data folder': '/data' },
    marks,
    statfs: async () => ({ bsize: 1, bavail: free, blocks: 2e9 }),
  })
  return {
    ...disk,
    have: async (bytes) => {
      free = bytes
      await disk.look()
    },
  }
}
