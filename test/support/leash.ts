import { spawn } from 'node:child_process'
import type { Readable } from 'node:stream'

export type Leashed = {
  /** What it says on its standard error */
  said: Readable
  end(): Promise<void>
}

/** Starts a server that ends with whoever started it, however that ends: a shell waits for the end of its input. */
export function startLeashed(
  command: string,
  args: readonly string[],
  { env = process.env }: { env?: NodeJS.ProcessEnv } = {},
): Leashed {
  const leash = '"$@" <&- >&- & child=$!; cat; kill $child; wait $child'
  const shell = spawn('sh', ['-c', leash, 'sh', command, ...args], {
    env,
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  const ended = new Promise<void>((resolve) => shell.once('exit', () => resolve()))
  shell.stderr.resume()
  return {
    said: shell.stderr,
    end: () => {
      shell.stdin.end()
      return ended
    },
  }
}
