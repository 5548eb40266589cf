import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { Access } from './access.ts'
import type { ApiContext } from './context.ts'

const heartbeatMs = 15_000

/** Server-sent events: `change` names what changed; whoever shows it asks again. A comment line keeps proxies awake. */
export const streamRoutes = (context: ApiContext, allow: Access) =>
  new Hono().get('/api/stream', allow('display'), (c) =>
    streamSSE(c, async (stream) => {
      const stopListening = context.bus.listen(
        (topics) => void stream.writeSSE({ event: 'change', data: JSON.stringify({ topics }) }),
      )
      stream.onAbort(stopListening)
      await stream.writeSSE({
        event: 'hello',
        data: JSON.stringify({ at: new Date().toISOString() }),
        retry: 3_000,
      })
      while (!stream.aborted) {
        await stream.sleep(heartbeatMs)
        // whoever signs out, or is kept out, hears nothing more
        if (!(await allow.isStillKnown(c.req))) return
        await stream.writeSSE({ event: 'heartbeat', data: JSON.stringify({ at: new Date().toISOString() }) })
      }
    }),
  )
