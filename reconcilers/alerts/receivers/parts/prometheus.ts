import type { Alert } from '../../../../server/core/alert.ts'
import type { Facts } from './facts.ts'
import { fitText, oneLine } from './fit.ts'

/** Labels that tell an alert from every other, and stay as they are while it lives. An empty one is none. */
export function writeLabels(alert: Alert): Record<string, string> {
  const labels = {
    alertname: fitText(oneLine(alert.condition), 200) || 'alert',
    fingerprint: fitText(oneLine(alert.fingerprint), 255),
    plant: fitText(oneLine(alert.plant), 200),
    flow: fitText(oneLine(alert.flow), 200),
    team: fitText(oneLine(alert.team), 200),
  }
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''))
}

/** What is said of it: texts, all of them. */
export function writeAnnotations(facts: Facts): Record<string, string> {
  const said = {
    summary: fitText(facts.title, 300),
    description: fitText(facts.alert.summary, 2_000),
    state: facts.alert.status,
    where: fitText(facts.where, 300),
    since: fitText(facts.since, 300),
    money: fitText(facts.money, 100),
    orders: facts.orders,
    about_url: facts.about,
    runbook_url: facts.runbook,
  }
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== ''))
}
