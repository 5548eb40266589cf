import { readFileSync } from 'node:fs'

/**
 * Preloaded (`--import`) into a process whose wall clock a test sets: `Date` is ahead by as many milliseconds as stand in
 * the file that PLUMBLINE_TEST_CLOCK names, read anew at SIGUSR2. Timers and `performance` go on, as those of a machine do
 * whose clock is set.
 */
const Real = Date
let shift = 0
class Shifted extends Real {
  constructor(...given) {
    if (given.length === 0) super(Real.now() + shift)
    else super(...given)
  }
  static now() {
    return Real.now() + shift
  }
  static [Symbol.hasInstance](value) {
    return Real[Symbol.hasInstance].call(Real, value)
  }
}
globalThis.Date = Shifted
process.on('SIGUSR2', () => {
  shift = Number(readFileSync(process.env.PLUMBLINE_TEST_CLOCK, 'utf8'))
})
