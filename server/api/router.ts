import { OpenAPIHono, z } from '@hono/zod-openapi'
import { PlumblineError } from '../core/errors.ts'
import { problem } from './schemas/common.ts'

/** A router whose rejected input becomes a PlumblineError like any other. */
export function createRouter() {
  return new OpenAPIHono({
    defaultHook: (result) => {
      if (result.success) return
      const details = result.error.issues.map((issue) => ({
        where: issue.path.join('.'),
        message: issue.message,
      }))
      throw new PlumblineError(
        'request_invalid',
        `${details[0]?.where || 'The request'}: ${details[0]?.message ?? 'not valid'}`,
        { where: result.target, details },
      )
    },
  })
}

/** What every route answers when it can't do what was asked. */
export const refusal = {
  default: {
    description: 'What went wrong, where, and how to mend it',
    content: { 'application/json': { schema: problem } },
  },
} as const

/** The responses of a JSON route: its own shape, and the one error shape for everything else. */
export function answers<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { 200: { description, content: { 'application/json': { schema } } }, ...refusal } as const
}

export const keyParam = <Name extends string>(name: Name, description: string) =>
  z.object({
    [name]: z
      .string()
      .min(1)
      .max(200)
      .openapi({ param: { name, in: 'path' }, description }),
  } as Record<Name, z.ZodString>)
