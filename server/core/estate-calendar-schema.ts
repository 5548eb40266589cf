import { z } from 'zod'
import { words } from './estate-parts.ts'

/** The days of a week as an estate writes them, Monday first. */
export const weekDays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type WeekDay = (typeof weekDays)[number]

/** On which days a plant works that says nothing of it. */
export const usualWorkingDays: readonly WeekDay[] = ['mon', 'tue', 'wed', 'thu', 'fri']

const dayWords = 'a date such as 2026-12-25, alone or as { date, name }'
const date = z.iso.date(dayWords)

/** Beside its shifts: on which days a plant works. A shift belongs to the day it starts. */
export const calendarShape = {
  working_days: z
    .array(z.enum(weekDays))
    .min(1)
    .optional()
    .describe('On which its shifts start; Monday to Friday when absent'),
  holidays: z
    .array(
      z.union(
        [date.transform((day) => ({ date: day, name: '' })), z.strictObject({ date, name: words })],
        dayWords,
      ),
    )
    .default([])
    .describe('Days of its own time on which no shift starts'),
}
