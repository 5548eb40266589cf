import type { Permission } from '../../server/core/permissions.ts'
import { caller } from './me.ts'

/**
 * Whether who is at this browser may do something anywhere: what they may not is not offered, by button or by key. The
 * server decides; until it has said who asks, nothing is offered.
 */
export const may = (permission: Permission): boolean => caller()?.me.permissions.includes(permission) ?? false
