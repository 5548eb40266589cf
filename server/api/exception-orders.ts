import type { ApiContext } from './context.ts'
import type { ExceptionDetail } from './schemas/exceptions.ts'

/** The order lines that a case touches and what was promised of them, as each system has them. */
export async function readOrders(
  { store, estate }: ApiContext,
  { plant, order_no, item }: { plant: string; order_no: string; item: string },
): Promise<Pick<ExceptionDetail, 'orders' | 'order_lines'>> {
  if (order_no === '' && item === '') return { orders: [], order_lines: 0 }
  const rows = await store.query('exception_orders', { plant, order_no, item })
  return {
    orders: rows.map(({ total: _, order_type: __, due_at, ...row }) => ({
      ...row,
      system_name: estate.systemOf.get(row.system)?.name ?? row.system,
      // the engine's way to say that there is none
      due_at: Date.parse(due_at) > 0 ? due_at : null,
    })),
    order_lines: rows[0]?.total ?? 0,
  }
}
