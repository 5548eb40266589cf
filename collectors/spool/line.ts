/** Work done in the order it was handed in, at most so many at a time. */
export type Line = {
  run<Result>(work: () => Promise<Result>): Promise<Result>
  isBusy(): boolean
  /** Resolves when nothing is under way or waiting. */
  idle(): Promise<void>
}

/** Opens a line; `width` may change from turn to turn, and is one at least. */
export function createLine(width: () => number): Line {
  const waiting: (() => void)[] = []
  const watchers: (() => void)[] = []
  let running = 0

  /** Places are taken here and now for who waits first: nobody slips in between. */
  const fill = () => {
    while (waiting.length > 0 && running < Math.max(1, width())) {
      running++
      waiting.shift()?.()
    }
  }
  const leave = () => {
    running--
    fill()
    if (running === 0) for (const tell of watchers.splice(0)) tell()
  }
  return {
    run: async (work) => {
      const turn = new Promise<void>((go) => waiting.push(go))
      fill()
      await turn
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
