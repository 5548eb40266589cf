/** Resources of which each does one thing at a time, lent to who asked first. */
export type Pool<Resource> = {
  /** Waits for a free one, works with it, and gives it back. */
  use<Result>(work: (resource: Resource) => Promise<Result>): Promise<Result>
}

export function createPool<Resource>(resources: readonly Resource[]): Pool<Resource> {
  const free = [...resources]
  const waiting: ((resource: Resource) => void)[] = []
  return {
    use: async (work) => {
      const resource = free.pop() ?? (await new Promise<Resource>((take) => waiting.push(take)))
      try {
        return await work(resource)
      } finally {
        // handed on directly: nobody who comes later slips in between
        const next = waiting.shift()
        if (next) next(resource)
        else free.push(resource)
      }
    },
  }
}
