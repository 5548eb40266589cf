import { usualMarks } from './disk-marks.ts'
import type { DiskMark } from './estate-disk-schema.ts'
import type { EstateFile } from './estate-schema.ts'

const write = (mark: DiskMark) => ('used' in mark ? `${mark.used}%` : `${mark.free / 2 ** 20}MiB`)

/** Somebody is told before nothing is taken; a share and an amount depend on the disk, which is looked at later. */
export function checkDisk({ disk }: EstateFile, say: (path: string, message: string) => void): void {
  const { warn_at: warn = usualMarks.warn.mark, refuse_at: refuse = usualMarks.refuse.mark } = disk
  const isLate =
    'used' in warn && 'used' in refuse
      ? warn.used >= refuse.used
      : 'free' in warn && 'free' in refuse && warn.free <= refuse.free
  if (!isLate) return
  const own = disk.warn_at ? 'warn_at' : 'refuse_at'
  const [ours, other] =
    own === 'warn_at' ? [warn, `refuse_at (${write(refuse)})`] : [refuse, `warn_at (${write(warn)})`]
  const before = own === 'warn_at' ? 'a disk that is emptier than at' : 'a disk that is fuller than at'
  say(
    `disk.${own}`,
    `"${write(ours)}" is too ${own === 'warn_at' ? 'late' : 'early'}; expected ${before} ${other}, so that somebody is told before nothing is taken`,
  )
}
