import { pino } from 'pino'

/** The process log: one JSON object a line. Set the level by LOG_LEVEL (debug, info, warn, error, silent). */
export const log = pino({
  level: process.env.LOG_LEVEL ?? 'info',
  base: undefined,
  timestamp: pino.stdTimeFunctions.isoTime,
})
