import type { Alert, Notification } from '../../../../server/core/alert.ts'
import { alertSeverities } from '../../../../server/core/alert.ts'
import type { Estate } from '../../../../server/core/estate.ts'
import { writeDuration, writeMoment, writeMoney, writeNumber } from '../../../../server/core/words.ts'
import { heartbeatGroup } from '../../told.ts'
import { oneLine, tidy } from './fit.ts'

/** What places are called, when it is there, and where people open the product. */
export type Places = {
  estate: Pick<Estate, 'name' | 'currency' | 'plantOf' | 'flowOf' | 'teamOf'>
  /** without a slash at its end */
  baseUrl: string
}

/** What a person is told of one alert, in words, the same to whoever is told. */
export type Facts = {
  alert: Alert
  status: 'Firing' | 'Acknowledged' | 'Resolved'
  severity: 'Page' | 'Ticket' | 'Info'
  title: string
  where: string
  team: string
  since: string
  money: string
  orders: string
  /** the alert's own page, where it is acknowledged; of a test and a sign of life, which have none, what they are about */
  url: string
  /** what it is about: cases, a flow, a source; '' where `url` leads there */
  about: string
  runbook: string
}

const longestUrl = 1_000
const statuses = ['firing', 'acknowledged', 'resolved'] as const
const titled = <Word extends string>(word: Word) =>
  (word.charAt(0).toUpperCase() + word.slice(1)) as Capitalize<Word>

/** The facts of each alert: what still fires first, the worse before the less bad. */
export function listFacts(notification: Notification, places: Places): Facts[] {
  const rank = (alert: Alert) => statuses.indexOf(alert.status) * 10 - alertSeverities.indexOf(alert.severity)
  return [...notification.alerts]
    .sort((a, b) => rank(a) - rank(b))
    .map((alert) => describeAlert(alert, places, notification.is_test))
}

/** One line for all of it: "Firing: Orders wait for the ERP, and 4 more". */
export function writeHeadline(notification: Notification, facts: readonly Facts[]): string {
  const [first] = facts
  const rest = facts.length - 1
  const what = first ? first.title + (rest > 0 ? `, and ${writeNumber(rest)} more` : '') : 'nothing more'
  return `${notification.is_test ? 'Test, ' : ''}${titled(notification.status)}: ${what}`
}

/** The facts that stand below a title, by name. */
export function namedFacts(facts: Facts): [name: string, value: string][] {
  return [
    ['Severity', facts.severity],
    ['Where', facts.where],
    ['Since', facts.since],
    ['Money', facts.money],
    ['Orders', facts.orders],
    ['Team', facts.team],
  ]
}

/** Where an alert leads, in words: to its own page, to what it is about, to what to do then. */
export function namedLinks({ alert, url, about, runbook }: Facts): [words: string, url: string][] {
  const open = alert.status === 'firing' && about !== '' ? 'Acknowledge in Plumbline' : 'Open in Plumbline'
  const links: [string, string][] = [
    [open, url],
    ['Look at it', about],
    ['Runbook', runbook],
  ]
  return links.filter(([, address]) => address !== '')
}

/** The page of all that one message tells: the alert's own, or the list of the plant they share. */
export function groupUrl(facts: readonly Facts[], places: Places): string {
  const [first] = facts
  if (first && facts.length === 1) return first.url
  const plant = first?.alert.plant ?? ''
  const isShared = plant !== '' && facts.every(({ alert }) => alert.plant === plant)
  return linkTo(places, isShared ? `/alerts?plant=${encode(plant)}` : '/alerts')
}

/** What was left out, and where all of it is. */
export const writeLeftOut = (count: number): string =>
  count === 0 ? '' : `${writeNumber(count)} more ${count === 1 ? 'alert is' : 'alerts are'} left out here.`

/** Text as a part of an address; half a character is none there. */
const encode = (text: string) => encodeURIComponent(tidy(text))

function describeAlert(alert: Alert, places: Places, isTest: boolean): Facts {
  const hasPage = !isTest && alert.condition !== heartbeatGroup
  const { estate } = places
  const plant = estate.plantOf.get(alert.plant)
  const zone = plant?.time_zone ?? 'UTC'
  return {
    alert,
    status: titled(alert.status),
    severity: titled(alert.severity),
    title: oneLine(alert.title) || alert.condition,
    where:
      [
        alert.plant && (plant?.name ?? alert.plant),
        alert.flow && (estate.flowOf.get(alert.flow)?.name ?? alert.flow),
      ]
        .filter(Boolean)
        .map(oneLine)
        .join(', ') || 'everywhere',
    team: alert.team ? oneLine(estate.teamOf.get(alert.team)?.name ?? alert.team) : 'none',
    since: writeSince(alert, zone),
    money: alert.amount === null ? 'none' : writeMoney(alert.amount, estate.currency),
    orders: alert.orders === null ? 'not known' : writeNumber(alert.orders),
    url: linkTo(places, hasPage ? `/alerts/${encode(alert.fingerprint)}` : alert.path),
    about: hasPage ? linkTo(places, alert.path) : '',
    runbook: alert.runbook === '' ? '' : linkTo(places, alert.runbook),
  }
}

function writeSince(alert: Alert, zone: string): string {
  const starts = new Date(alert.starts_at)
  if (Number.isNaN(starts.getTime())) return oneLine(alert.starts_at)
  const ends = alert.ends_at === null ? undefined : new Date(alert.ends_at)
  const since = writeMoment(starts, zone)
  if (!ends || Number.isNaN(ends.getTime())) return since
  return `${since}, over ${writeMoment(ends, zone)} after ${writeDuration(Math.max(0, ends.getTime() - starts.getTime()))}`
}

/** The address of a page of ours, or of a runbook elsewhere; the product's own where it would be none. */
function linkTo(places: Places, path: string): string {
  const text = /^https?:\/\//i.test(path) ? path : `${places.baseUrl}/${path.replace(/^\/+/, '')}`
  if (!URL.canParse(text)) return places.baseUrl
  // signs that end a link in one or other of the messages
  const { href } = new URL(text)
  const safe = href.replace(
    /[|<>"'`\\()[\]{}\s*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return safe.length <= longestUrl ? safe : places.baseUrl
}
