import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PlumblineError } from '../core/errors.ts'
import type { TruthLine } from './effects.ts'

/** Raised when the simulation would no longer repeat what an older one has sent. */
const model = 3

/** All that is kept of the simulated company: the rest follows from it. Times are ISO 8601. */
export type DemoState = {
  model: number
  seed: number
  epoch: string
  /** when the first back-fill ended */
  story_at: string
  rate: number
  fault_rate: number
  /** everything before this was acknowledged */
  sent_to: string
}

export type DemoFiles = {
  /** undefined before the first start */
  readState(): DemoState | undefined
  writeState(state: Omit<DemoState, 'model'>): void
  appendTruth(lines: TruthLine[]): void
}

/**
 * The demo's own files below the data folder: `demo/state.json`, and `demo/truth.jsonl`, which only tests read.
 * @throws PlumblineError `demo_outdated` when the folder was filled by another version of the simulation
 */
export function openDemoFiles(dataFolder: string): DemoFiles {
  const folder = join(dataFolder, 'demo')
  const statePath = join(folder, 'state.json')
  mkdirSync(folder, { recursive: true })
  return {
    readState: () => {
      if (!existsSync(statePath)) return undefined
      const state = JSON.parse(readFileSync(statePath, 'utf8')) as DemoState
      if (state.model === model) return state
      throw new PlumblineError(
        'demo_outdated',
        `${dataFolder} holds a demo of another version, which can't be continued`,
        { where: 'PLUMBLINE_DATA', mend: 'Delete the folder, or set PLUMBLINE_DATA to another one.' },
      )
    },
    writeState: (state) => {
      // a reader sees the old or the new file, never a part of one
      writeFileSync(`${statePath}.new`, JSON.stringify({ ...state, model }))
      renameSync(`${statePath}.new`, statePath)
    },
    appendTruth: (lines) => {
      if (lines.length > 0)
        appendFileSync(join(folder, 'truth.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
    },
  }
}
