/** Rows of a driver on their way to who takes them: the driver pauses while so many wait. */
export type Batches<Row> = {
  push(row: Row): void
  /** No more comes; with a reason, since it failed. Said again it changes nothing */
  end(failure?: unknown): void
  batches: AsyncIterable<Row[]>
}

/** Gathers rows into batches; `pause` and `resume` are asked for when one is full and when it was taken. */
export function createBatches<Row>(size: number, pause: () => void, resume: () => void): Batches<Row> {
  let held: Row[] = []
  let isOver = false
  let failure: unknown
  let wake: () => void = () => undefined
  return {
    push: (row) => {
      held.push(row)
      if (held.length < size) return
      pause()
      wake()
    },
    end: (reason) => {
      // the first reason counts: what is closed because of it fails once more
      if (isOver) return
      isOver = true
      failure = reason
      wake()
    },
    batches: {
      async *[Symbol.asyncIterator]() {
        for (;;) {
          while (held.length < size && !isOver)
            await new Promise<void>((resolve) => {
              wake = resolve
            })
          // what failed has given nothing that may be taken
          if (failure !== undefined) throw failure
          const batch = held
          held = []
          if (batch.length > 0) yield batch
          if (isOver && held.length === 0) return
          resume()
        }
      },
    },
  }
}
