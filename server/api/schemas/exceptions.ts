import { z } from '@hono/zod-openapi'
import { caseStatuses } from '../../core/case.ts'
import { changeNames } from '../../core/case-changes.ts'
import { bridge } from './bridge.ts'
import { caseCauses } from './causes.ts'
import { decimal, flowQuery, moment, moneyQuery, severity } from './common.ts'
import { threeWays } from './three-ways.ts'

/** One case in the list. Values are as the last run saw them. */
export const exceptionRow = z.object({
  number: z.number(),
  state: z.enum(['open', 'closed']),
  check: z.string(),
  check_title: z.string(),
  plant: z.string(),
  key: z.string(),
  class: z.string(),
  class_title: z.string(),
  /** the most likely cause; '' while none is known */
  cause: z.string(),
  cause_title: z.string(),
  severity,
  item: z.string(),
  item_name: z.string(),
  order_no: z.string(),
  left_system: z.string(),
  right_system: z.string(),
  left_value: z.string(),
  right_value: z.string(),
  /** right minus left; null where the sides differ by something that is not a number */
  difference: decimal.nullable(),
  unit: z.string(),
  /** value at risk, in the currency its documents state it in */
  amount: decimal,
  currency: z.string(),
  /** the same in the reporting currency, and in the plant's: by the rates of the day since which the sides disagree */
  amount_reporting: decimal,
  amount_plant: decimal,
  plant_currency: z.string(),
  /** the one of both that was asked for */
  value: decimal,
  value_currency: z.string(),
  team: z.string(),
  team_id: z.string(),
  /** what people, or runs, have made of it */
  status: z.enum(caseStatuses),
  /** how many acts people have taken: whoever acts says which they saw */
  version: z.number(),
  /** '' nobody */
  assignee: z.string(),
  snoozed_until: moment.nullable(),
  acknowledged_at: moment.nullable(),
  /** null when it is, or its clock stands */
  acknowledge_due: moment.nullable(),
  resolve_due: moment.nullable(),
  warn_at: moment.nullable(),
  /** which clock will run out at the present pace, and when the case will be so far; '' and null where none will */
  forecast_clock: z.enum(['', 'acknowledge', 'resolve']),
  forecast_at: moment.nullable(),
  /** why its clocks stand; '' while they run */
  paused: z.string(),
  /** who asked to accept it; a second person does */
  asked_by: z.string(),
  accept_reason: z.string(),
  accepted_by: z.string(),
  resolution: z.string(),
  comments: z.number(),
  reopens: z.number(),
  /** runs in a row that found the systems to agree */
  agreed: z.number(),
  /** since when the sides disagree */
  since: moment,
  opened_at: moment,
  closed_at: moment.nullable(),
  last_run: z.string(),
})

export const exceptionQuery = z.object({
  ...flowQuery.shape,
  ...moneyQuery.shape,
  state: z.enum(['open', 'closed', 'all']).default('open'),
  plant: z.string().optional(),
  check: z.string().optional(),
  class: z.string().optional(),
  severity: severity.optional(),
  team: z.string().optional(),
  cause: z.string().optional(),
  status: z
    .string()
    .regex(/^[a-z_]+(,[a-z_]+)*$/)
    .optional()
    .openapi({ description: 'One status or several, separated by commas' }),
  assignee: z.string().max(80).optional().openapi({ description: 'Who works on it; - for nobody' }),
  sleeping: z.enum(['yes', 'no']).optional().openapi({ description: 'Snoozed cases only, or none of them' }),
  due: z.enum(['late', 'soon', 'forecast']).optional().openapi({
    description: 'late: a clock has run out; soon: one is about to; forecast: one will, at the present pace',
  }),
  asked: z
    .string()
    .max(80)
    .optional()
    .openapi({ description: 'Whom somebody else asks to accept them: the second of two' }),
  mention: z.string().max(80).optional().openapi({ description: 'Who is named with @ in a comment' }),
  q: z.string().max(200).optional().openapi({ description: 'Part of a key, an item or an order number' }),
  shared: z
    .string()
    .max(500)
    .optional()
    .openapi({ description: 'What cases of one root have in common, as the detail of one of them says' }),
  root: z
    .string()
    .max(500)
    .optional()
    .openapi({ description: 'One group of those that /api/exceptions/groups lists' }),
  numbers: z
    .string()
    .regex(/^[1-9]\d{0,17}(,[1-9]\d{0,17}){0,999}$/)
    .optional()
    .openapi({ description: 'Of these cases only, by number' }),
  since: z.iso
    .datetime({ offset: true })
    .optional()
    .openapi({ description: 'Count as fresh what has opened since' }),
  facets: z
    .enum(['yes', 'no'])
    .default('yes')
    .openapi({ description: 'no: rows only, for further pages of a list' }),
  sort: z.enum(['amount', 'age', 'severity', 'due', 'plant', 'key']).default('amount'),
  order: z.enum(['asc', 'desc']).default('desc'),
  limit: z.coerce.number<string | number>().int().min(0).max(1000).default(200),
  offset: z.coerce.number<string | number>().int().min(0).default(0),
})

export const exceptionList = z
  .object({
    as_of: moment,
    /** of every sum */
    currency: z.string(),
    total: z.number(),
    amount_total: decimal,
    /** of those that match, how many have opened since the moment that was asked for */
    fresh: z.number(),
    rows: z.array(exceptionRow),
    /** how many cases each value of a filter would show, the other filters kept */
    facets: z.record(
      z.string(),
      z.array(z.object({ value: z.string(), label: z.string(), cases: z.number(), amount: decimal })),
    ),
  })
  .openapi('ExceptionList')

/** What stands of the open cases, whatever is filtered, and how whole that is. */
export const exceptionStanding = z
  .object({
    as_of: moment,
    open: z.number(),
    /** all but `asleep` */
    awake: z.number(),
    mine: z.number(),
    nobody: z.number(),
    late: z.number(),
    soon: z.number(),
    asked: z.number(),
    /** in whose comments the one who asks is named */
    named: z.number(),
    asleep: z.number(),
    /** checks × plants whose last run was not ok: an empty list may not be called empty while this is not */
    incomplete: z.array(z.object({ check: z.string(), plant: z.string(), reason: z.string() })),
    last_run_at: moment.nullable(),
  })
  .openapi('ExceptionStanding')

/** All that match, as numbers in the order they are worked in: a list that does not move while rows of it are read. */
export const exceptionNumbers = z
  .object({ as_of: moment, total: z.number(), numbers: z.array(z.number()) })
  .openapi('ExceptionNumbers')

/** How many cases are open. */
export const exceptionsOpen = z.object({ as_of: moment, total: z.number() }).openapi('ExceptionsOpen')

/** What one system says now of the key, every column of its state, with version and times. */
export const stateView = z.object({
  entity: z.string(),
  system: z.string(),
  system_name: z.string(),
  side: z.enum(['left', 'right']),
  values: z.array(z.object({ name: z.string(), value: z.string() })),
  version: z.string(),
  occurred_at: moment,
  received_at: moment,
  trace_id: z.string(),
  /** what brought it into the store: the file, or the number of the load of messages */
  load: z.string(),
})

export const timelineEntry = z.object({
  at: moment,
  system: z.string(),
  system_name: z.string(),
  stage: z.string(),
  title: z.string(),
  detail: z.string(),
  event_id: z.string(),
  trace_id: z.string(),
  /** what the event said, as it came; of a long text its beginning, and how many characters are left out */
  data: z.string(),
  data_left_out: z.number(),
  /** expected but not received: drawn as a hole, at the time it was due */
  missing: z.boolean(),
  /** where it leads, when that is not its trace */
  href: z.string().optional(),
})

/** What of a case an act or a run made another, both in words; '' where there was or is none. */
export const caseChange = z.object({ what: z.enum(changeNames), from: z.string(), to: z.string() })

/** One of a case's two clocks, in milliseconds of the time it runs in. */
export const clockView = z.object({
  limit_ms: z.number(),
  used_ms: z.number(),
  stopped_at: moment.nullable(),
  due_at: moment.nullable(),
  warn_at: moment.nullable(),
  paused_since: moment.nullable(),
  state: z.enum(['running', 'paused', 'met', 'breached']),
})

/** When it is likely to be mended, by how long the last cases like it took. */
export const forecastView = z.object({
  expected_at: moment.nullable(),
  late_at: moment.nullable(),
  due_at: moment,
  outlook: z.enum(['breached', 'likely', 'possible', 'unlikely']),
  /** how many cases that is said from */
  cases: z.number(),
})

/** Why a case will be late: what its team has to do before it at the pace of late, or what cases like it take. */
export const paceView = z.object({
  clock: z.enum(['acknowledge', 'resolve']),
  due_at: moment,
  expected_at: moment,
  /** due before it, of the same team in the same plant */
  before: z.number(),
  /** how many of them the team did lately, and in how much of the plant's working time; 0 where too few to say */
  done: z.number(),
  done_in_ms: z.number(),
  /** in how much working time half of the cases like it were done, and of how many that is said */
  like_ms: z.number(),
  like_cases: z.number(),
})

/** A line of an order that a case touches, as one system has it. */
export const orderLine = z.object({
  system: z.string(),
  system_name: z.string(),
  order_no: z.string(),
  line_no: z.string(),
  item: z.string(),
  quantity: z.string(),
  unit: z.string(),
  unit_price: z.string(),
  currency: z.string(),
  status: z.string(),
  partner: z.string(),
  /** by when it is promised; null where nobody says */
  due_at: moment.nullable(),
})

export const exceptionDetail = z
  .object({
    as_of: moment,
    currency: z.string(),
    time_zone: z.string(),
    exception: exceptionRow,
    /** one line in words: what is wrong */
    headline: z.string(),
    states: z.array(stateView),
    timeline: z.array(timelineEntry),
    /** the trace most likely to explain it: one with an error first, else the newest */
    trace_id: z.string().nullable(),
    causes: caseCauses,
    /** what leads from one side to the other, where movements exist */
    bridges: z.array(bridge),
    /** of checks that lay orders beside what moved and what was billed */
    three_ways: threeWays.nullable(),
    /** what happened to the case, oldest first */
    steps: z.array(
      z.object({
        at: moment,
        actor: z.string(),
        act: z.string(),
        detail: z.string(),
        run: z.string(),
        changes: z.array(caseChange),
      }),
    ),
    clocks: z.object({
      acknowledge: clockView,
      resolve: clockView,
      forecast: forecastView.nullable(),
      /** of a case that will be late at the present pace */
      pace: paceView.nullable(),
    }),
    /** who is named as having asked to accept it, and when; null when nobody has */
    asked: z.object({ by: z.string(), at: moment, reason: z.string() }).nullable(),
    /** what to do about cases like this one: an address; '' where the estate names none */
    runbook: z.string(),
    orders: z.array(orderLine),
    /** of all lines it touches, not only of those listed */
    order_lines: z.number(),
    previous: z.number().nullable(),
    next: z.number().nullable(),
  })
  .openapi('ExceptionDetail')

export type ExceptionRow = z.infer<typeof exceptionRow>
export type ExceptionQuery = z.infer<typeof exceptionQuery>
export type ExceptionList = z.infer<typeof exceptionList>
export type ExceptionNumbers = z.infer<typeof exceptionNumbers>
export type ExceptionStanding = z.infer<typeof exceptionStanding>
export type ExceptionsOpen = z.infer<typeof exceptionsOpen>
export type ExceptionDetail = z.infer<typeof exceptionDetail>
export type TimelineEntry = z.infer<typeof timelineEntry>
export type StateView = z.infer<typeof stateView>
