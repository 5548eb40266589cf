import { z } from '@hono/zod-openapi'
import { permissions } from '../../core/permissions.ts'

/** What is watched, as the pages need it to name things and to fill filters. */
export const estateView = z
  .object({
    name: z.string(),
    demo: z.boolean(),
    /** whether who asks sees what is about people; it is masked otherwise */
    sees_personal: z.boolean(),
    signs_in: z.boolean().describe('People sign in; otherwise a name is what they say of themselves'),
    me: z.object({
      kind: z.enum(['person', 'token', 'display', 'key', 'loopback']),
      name: z.string(),
      permissions: z.array(z.enum(permissions)),
    }),
    currency: z.string(),
    /** from which day the newest rates are that amounts are converted by; null where there are none */
    rates_of: z.string().nullable(),
    started_at: z.string(),
    plants: z.array(
      z.object({
        plant: z.string(),
        name: z.string(),
        region: z.string(),
        time_zone: z.string(),
        currency: z.string(),
        shifts: z.array(z.object({ name: z.string(), from: z.string(), to: z.string() })),
        working_days: z.array(z.string()).optional(),
        holidays: z.array(z.object({ date: z.string(), name: z.string() })),
      }),
    ),
    systems: z.array(
      z.object({
        system: z.string(),
        name: z.string(),
        role: z.string(),
        plants: z.array(z.string()),
        record_of: z.array(z.string()),
      }),
    ),
    flows: z.array(
      z.object({
        flow: z.string(),
        name: z.string(),
        tier: z.number(),
        owner: z.string(),
        stages: z.array(z.object({ stage: z.string(), name: z.string(), role: z.string() })),
        handoffs: z.array(
          z.object({
            handoff: z.string(),
            name: z.string(),
            from_stage: z.string(),
            to_stage: z.string(),
            from_role: z.string(),
            to_role: z.string(),
            objective_ms: z.number(),
          }),
        ),
      }),
    ),
    checks: z.array(
      z.object({
        check: z.string(),
        title: z.string(),
        left: z.string(),
        right: z.string(),
        flow: z.string(),
        schedule: z.string(),
        grace_s: z.number(),
        tolerance: z.string(),
        team: z.string(),
        classes: z.record(z.string(), z.string()),
      }),
    ),
    teams: z.array(z.object({ team: z.string(), name: z.string() })),
  })
  .openapi('Estate')
export type EstateView = z.infer<typeof estateView>
