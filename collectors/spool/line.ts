/** Work done in the order it was handed in, so many at a time. */
export type Line = {
  run<Result>(work: () => Promise<Result>): Promise<Result>
  isBusy(): boolean
  /** Resolves when nothing is under way or waiting. */
  idle(): Promise<void>
}

/** Opens a line that is `width` wide. */
export function createLine(width: number): Line {
  const waiting: (() => void)[] = []
  const watchers: (() => void)[] = []
  let running = 0

  const leave = () => {
    // the place goes to who waits first; nobody slips in between
    const next = waiting.shift()
    if (next) return next()
    running--
    if (running === 0) for (const tell of watchers.splice(0)) tell()
  }
  return {
    run: async (work) => {
      if (running < width) running++
      else await new Promise<void>((go) => waiting.push(go))
      try {
        return await work()
      } finally {
        leave()
      }
    },
    isBusy: () => running > 0 || waiting.length > 0,
    idle: () =>
      running === 0 && waiting.length === 0
        ? Promise.resolve()
        : new Promise((resolve) => watchers.push(resolve)),
  }
}
