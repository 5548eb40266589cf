/** Lets work pass beside other work, until somebody holds it: then what is inside ends, and what comes waits. */
export type Gate = {
  pass<Result>(work: () => Promise<Result>): Promise<Result>
  /** Does work while nothing is inside. Work that passes must not wait for it. */
  hold<Result>(work: () => Promise<Result>): Promise<Result>
}

export function createGate(): Gate {
  let inside = 0
  let held: Promise<void> | undefined
  let tellEmpty: () => void = () => undefined
  return {
    pass: async (work) => {
      while (held) await held
      inside++
      try {
        return await work()
      } finally {
        inside--
        if (inside === 0) tellEmpty()
      }
    },
    hold: async (work) => {
      while (held) await held
      let open: () => void = () => undefined
      held = new Promise((resolve) => {
        open = resolve
      })
      try {
        if (inside > 0)
          await new Promise<void>((resolve) => {
            tellEmpty = resolve
          })
        return await work()
      } finally {
        held = undefined
        open()
      }
    },
  }
}
