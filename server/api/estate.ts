import { createRoute } from '@hono/zod-openapi'
import { listHandoffs } from '../core/handoffs.ts'
import { type Identity, reachFor } from '../core/identity.ts'
import { permissions } from '../core/permissions.ts'
import type { Access } from './access.ts'
import type { ApiContext } from './context.ts'
import { callerOf } from './me.ts'
import { answers, createRouter } from './router.ts'
import { estateView } from './schemas/estate.ts'

export const estateRoutes = (context: ApiContext, allow: Access) =>
  createRouter().openapi(
    createRoute({
      method: 'get',
      path: '/api/estate',
      tags: ['estate'],
      summary: 'What is watched',
      middleware: [allow('display')] as const,
      responses: answers(estateView, 'The estate'),
    }),
    (c) => {
      const { estate, checks } = context
      return c.json(
        {
          name: estate.name,
          demo: context.demo,
          sees_personal: allow.carries(c.req, 'personal'),
          signs_in: estate.access.sign_in !== undefined,
          me: describeCaller(callerOf(c)),
          currency: estate.currency,
          rates_of: estate.rates?.date ?? null,
          started_at: context.startedAt.toISOString(),
          plants: estate.plants,
          systems: estate.systems.map((system) => ({
            ...system,
            plants: system.plants ?? [...estate.plantOf.keys()],
          })),
          flows: estate.flows.map((flow) => ({
            flow: flow.flow,
            name: flow.name,
            tier: flow.tier,
            owner: flow.owner,
            stages: flow.stages.map(({ stage, name, role }) => ({ stage, name, role })),
            handoffs: listHandoffs(flow),
          })),
          checks: checks.map(
            ({ check, title, left, right, flow, schedule, grace, tolerance, team, classes }) => ({
              check,
              title,
              left,
              right,
              flow,
              schedule,
              grace_s: grace / 1000,
              tolerance,
              team,
              classes,
            }),
          ),
          teams: estate.teams,
        },
        200,
      )
    },
  )

/** Who asks, for what a page offers: a permission stands here when they have it anywhere. */
const describeCaller = (identity: Identity) => ({
  kind: identity.kind,
  name: identity.name,
  permissions: permissions.filter((permission) => reachFor(identity, permission).length > 0),
})
