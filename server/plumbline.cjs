#!/usr/bin/env node
// The command: lets Node read TypeScript, then hands over to main.ts.
// The embedded engine and the disk share libuv's threads: with the usual four, a reader would wait for two loads and an
// fsync. The size is read at first use, which in an ES module has happened before its first line.
process.env.UV_THREADPOOL_SIZE ??= '16'
import('tsx/esm/api')
  .then(({ register }) => {
    register()
    return import('./main.ts')
  })
  .then(({ main }) => main(process.argv.slice(2)))
