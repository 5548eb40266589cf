import { spawn } from 'node:child_process'
import { once } from 'node:events'

const server = `require('node:http').createServer((request, answer) => {
  request.resume()
  request.on('end', () => answer.end())
}).listen(0, '127.0.0.1', function () { console.log(this.address().port) })`

/** A process that takes every request and does nothing with it: what senders cost the machine by themselves. */
export async function startSink(): Promise<{ url: string; stop(): Promise<void> }> {
  const child = spawn(process.execPath, ['-e', server], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [port] = (await once(child.stdout, 'data')) as [Buffer]
  return {
    url: `http://127.0.0.1:${port.toString().trim()}`,
    stop: async () => {
      const exited = once(child, 'exit')
      child.kill()
      await exited
    },
  }
}
