import { describe, expect, test } from 'vitest'
import { expectProtected, readSettings } from '../../server/core/settings.ts'

const tokens = {
  PLUMBLINE_READ_TOKEN: 'r',
  PLUMBLINE_OPERATE_TOKEN: 'o',
  PLUMBLINE_INGEST_TOKEN: 'i',
}
const tls = { PLUMBLINE_URL: 'https://plumbline.example.com' }
const listen = (env: NodeJS.ProcessEnv, signsIn = false) => expectProtected(readSettings(env), signsIn)

describe('an address that others can reach', () => {
  test('needs people who sign in or all tokens, and TLS in front', () => {
    expect(() => listen({ HOST: '0.0.0.0', ...tls })).toThrow(/nobody signs in/)
    const { PLUMBLINE_INGEST_TOKEN: _, ...two } = tokens
    expect(() => listen({ HOST: '0.0.0.0', ...tls, ...two })).toThrow(/are not all set/)
    expect(() => listen({ HOST: '0.0.0.0', ...tokens })).toThrow(/no TLS stands before it/)
    expect(() => listen({ HOST: '::', PLUMBLINE_URL: 'http://x.example' }, true)).toThrow(/no TLS/)
    listen({ HOST: '0.0.0.0', ...tls, ...tokens })
    listen({ HOST: '0.0.0.0', ...tls }, true)
  })
  test('is not this machine’s own', () => {
    for (const HOST of ['127.0.0.1', 'localhost', '::1', undefined]) listen({ HOST })
  })
})
