import { z } from 'zod'

const scales: Record<string, number> = {
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
}
const expected = 'how much is used, such as 85%, or how much is left, such as 20GiB'

/** A mark on a disk: from how many percent used, or from how many bytes free on. */
export type DiskMark = { used: number } | { free: number }

/** `85%` is used, `20GiB` (MB, GB, TB, MiB, TiB) is left. */
const mark = z
  .string(expected)
  .regex(/^(\d{1,2}(\.\d+)?\s*%|[1-9]\d{0,6}(\.\d+)?\s*[MGT]i?B)$/, expected)
  .transform((text): DiskMark => {
    const value = Number.parseFloat(text)
    return text.endsWith('%')
      ? { used: value }
      : { free: Math.round(value * (scales[text.slice(-3)] ?? scales[text.slice(-2)] ?? 1)) }
  })
  .refine((set) => 'free' in set || set.used > 0, expected)
  .optional()

/** When somebody is told that a disk fills up, and from when on nothing more is taken. */
export const disk = z
  .strictObject({
    warn_at: mark.describe(
      'When somebody is told, such as 85% (used) or 50GiB (free); when absent 85%, of a large disk 100GiB',
    ),
    refuse_at: mark.describe(
      'From when on nothing more is taken until there is room; when absent 95%, of a large disk 10GiB. 512MiB are kept free in any case where this is a share',
    ),
  })
  .prefault({})
  .describe('How full the disks may be that Plumbline and its engine write to')

export type DiskMarks = z.infer<typeof disk>
