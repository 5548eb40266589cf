import { createHash } from 'node:crypto'
import type { secureHeaders } from 'hono/secure-headers'

/** Styles that the library of our menus has written into its elements; each is allowed by its hash, and no other. */
const stylesOfMenus = ['font-size:16px', 'transform:scale(1.02)']
const hashes = stylesOfMenus.map((style) => `'sha256-${createHash('sha256').update(style).digest('base64')}'`)

/**
 * What browsers are told of every answer: nothing runs or is drawn that is not a file of ours, no other page frames ours,
 * and no address goes along to other sites. Whether all of a host is TLS is for who stands before us to say.
 */
export const security: Parameters<typeof secureHeaders>[0] = {
  contentSecurityPolicy: {
    defaultSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-hashes'", ...hashes],
    imgSrc: ["'self'", 'data:'],
    objectSrc: ["'none'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
    baseUri: ["'self'"],
  },
  xFrameOptions: 'DENY',
  strictTransportSecurity: false,
}
