export type QueryRow = Record<never, never>
export type QueryParams = Record<never, never>
export type QueryName = keyof QueryRow
