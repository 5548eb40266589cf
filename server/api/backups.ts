import { createRoute } from '@hono/zod-openapi'
import type { BackupDesk } from '../core/backup-desk.ts'
import { PlumblineError } from '../core/errors.ts'
import type { Access } from './access.ts'
import type { ApiContext } from './context.ts'
import { answers, createRouter } from './router.ts'
import { backupState } from './schemas/backups.ts'

/** Backups of the running product. Where they go only the estate says: no caller can have them written anywhere else. */
export const backupRoutes = (context: ApiContext, allow: Access) =>
  createRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/backups',
        tags: ['health'],
        summary: 'How backups stand: the newest that is whole, the next, and why the last try failed',
        middleware: [allow('administer', 'everywhere')] as const,
        responses: answers(backupState, 'How backups stand'),
      }),
      (c) => c.json(deskOf(context).state(), 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/backups',
        tags: ['health'],
        summary: 'Begin a backup now, to where the estate says; it goes on when this is answered',
        middleware: [allow('administer', 'everywhere')] as const,
        responses: answers(backupState, 'How backups stand: one is under way'),
      }),
      (c) => {
        const desk = deskOf(context)
        if (!desk.begin())
          throw new PlumblineError('backup_under_way', 'A backup is under way already', {
            status: 409,
            mend: 'Wait for its end: GET /api/backups says how it stands.',
          })
        return c.json(desk.state(), 200)
      },
    )

function deskOf({ backups, estate }: ApiContext): BackupDesk {
  if (backups) return backups
  throw new PlumblineError(
    'backups_unset',
    estate.backups ? 'Another process makes the backups' : 'The estate says nothing of where backups go',
    {
      status: 409,
      where: 'backups',
      mend: 'Write backups: { to: /backups } into the estate, or s3://bucket/prefix, and start again.',
    },
  )
}
