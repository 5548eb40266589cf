import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ActOnMany, ActProgress } from '../../server/api/schemas/acts.ts'
import type {
  ExceptionDetail,
  ExceptionList,
  ExceptionRow,
  ExceptionStanding,
} from '../../server/api/schemas/exceptions.ts'
import { actOf } from '../../server/core/case-acts.ts'
import { createFinish } from '../../server/core/case-finish.ts'
import { actOnOne, readCases } from '../../sql/acting.ts'
import { foldBehind, foldCase, foldCases } from '../../sql/cases.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { histories, logsOf } from '../support/case-history.ts'
import { scenarioEstate } from '../support/scenario.ts'

let app: TestApp
let minute = 20
const line = (order_no: string, quantity: string) => ({
  order_type: 'sales',
  order_no,
  line_no: '10',
  item: 'DX-40',
  quantity,
  unit: 'PCE',
  unit_price: '100',
  currency: 'EUR',
  status: 'open',
})
const names = Array.from({ length: 12 }, (_, index) => `SO-${index + 1}`)
beforeAll(async () => {
  app = await openApp(scenarioEstate('', ['order_lines']))
  app.world.say(
    'crm',
    0,
    'order_lines',
    names.map((name) => line(name, '5')),
  )
  app.world.say(
    'erp',
    0,
    'order_lines',
    names.map((name) => line(name, '4')),
  )
  await app.world.complete(minute)
  await app.world.run('order_lines', minute)
})
afterAll(() => app.close())

const send = (path: string, body: object, actor = 'Ann') =>
  app.ask(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-plumbline-actor': encodeURIComponent(actor) },
    body: JSON.stringify(body),
  })
const list = async (query = '') =>
  (await app.askJson(`/api/exceptions?state=all&sort=key&order=asc${query}`)).body as ExceptionList
const caseOf = async (name: string) =>
  (await list(`&q=${name}/10`)).rows.find((row) => row.order_no === name) as ExceptionRow
const act = async (name: string, given: object, actor?: string) => {
  const { number, version } = await caseOf(name)
  return send(`/api/exceptions/${number}/acts`, { version, ...given }, actor)
}
const actOnMany = async (given: ActOnMany, actor?: string) => {
  const answer = await send('/api/exceptions/acts', given, actor)
  expect(answer.status).toBe(200)
  const lines = (await answer.text()).trim().split('\n')
  return lines.map((each) => JSON.parse(each) as ActProgress)
}

describe('one case', () => {
  test('what people do is told in its history, with who and why', async () => {
    expect((await act('SO-1', { act: 'start' }, 'Jörg Öz')).status).toBe(200)
    expect((await act('SO-1', { act: 'comment', text: 'asked the carrier, @Bea' }, 'Jörg Öz')).status).toBe(
      200,
    )
    expect((await act('SO-1', { act: 'move', team: 'ops', reason: 'wrong desk' })).status).toBe(409)
    const row = await caseOf('SO-1')
    expect(row).toMatchObject({ status: 'in_progress', assignee: 'Jörg Öz', version: 2, comments: 1 })
    const { body } = await app.askJson(`/api/exceptions/${row.number}`)
    expect((body as ExceptionDetail).steps.map(({ actor, act }) => [actor, act])).toEqual([
      ['plumbline', 'opened'],
      ['Jörg Öz', 'start'],
      ['Jörg Öz', 'comment'],
    ])
  })

  test('its history says from what to what', async () => {
    const steps = async () => {
      const { number } = await caseOf('SO-1')
      return (await app.askJson<ExceptionDetail>(`/api/exceptions/${number}`)).body.steps
    }
    await act('SO-1', { act: 'assign', assignee: 'Ann' })
    await act('SO-1', { act: 'assign', assignee: 'Ben', text: 'Ann is away' })
    expect((await steps()).slice(-2)).toMatchObject([
      { actor: 'Ann', detail: '', changes: [{ what: 'assignee', from: 'Jörg Öz', to: 'Ann' }] },
      { actor: 'Ann', detail: 'Ann is away', changes: [{ what: 'assignee', from: 'Ann', to: 'Ben' }] },
    ])
    await act('SO-1', { act: 'resolve', reason: 'posted' }, 'Ben')
    await act('SO-1', { act: 'reopen', reason: 'not yet' }, 'Ben')
    await act('SO-1', { act: 'link', cause: 'wrong_unit' })
    await act('SO-1', { act: 'snooze', until: '2099-01-01T00:00:00.000Z', reason: 'holidays' })
    await act('SO-1', { act: 'wake' })
    expect((await steps()).slice(-5).map(({ changes }) => changes)).toEqual([
      [{ what: 'status', from: 'in progress', to: 'resolved' }],
      [{ what: 'status', from: 'resolved', to: 'in progress' }],
      [{ what: 'cause', from: '', to: 'Wrong unit of measure' }],
      [{ what: 'sleeps_until', from: '', to: '2099-01-01T00:00:00.000Z' }],
      [{ what: 'sleeps_until', from: '2099-01-01T00:00:00.000Z', to: '' }],
    ])
  })

  test('who is named in a comment finds it, however the name is written; others do not', async () => {
    const named = async (name: string) => {
      const header = { 'x-plumbline-actor': encodeURIComponent(name) }
      const path = `/api/exceptions?state=all&mention=${encodeURIComponent(name)}`
      const { body } = await app.askJson<ExceptionList>(path, { headers: header })
      const { body: standing } = await app.askJson<ExceptionStanding>('/api/exceptions/standing', {
        headers: header,
      })
      return [body.rows.map((row) => row.order_no), body.total, standing.named]
    }
    expect((await act('SO-1', { act: 'comment', text: '@Jörg Öz, and (@a.b+c) too' })).status).toBe(200)
    for (const name of ['Bea', 'bea', 'Jörg Öz', 'a.b+c']) expect(await named(name)).toEqual([['SO-1'], 1, 1])
    for (const name of ['Be', 'Ann', 'Ö', 'aab+c', 'Jörg Özdemir', '.*'])
      expect(await named(name)).toEqual([[], 0, 0])
    const groups = await app.askJson<{ groups: { cases: number }[] }>('/api/exceptions/groups?mention=Bea')
    expect(groups.body.groups.map((group) => group.cases)).toEqual([1])
  })

  test('of two who act on one version exactly one wins, and the other is told what happened', async () => {
    const { number, version } = await caseOf('SO-2')
    const people = ['Ann', 'Bob', 'Cyd', 'Dee', 'Eve']
    const answers = await Promise.all(
      people.map((name) =>
        send(`/api/exceptions/${number}/acts`, { version, act: 'assign', assignee: name }, name),
      ),
    )
    const won = people.filter((_, index) => answers[index]?.status === 200)
    expect(won).toHaveLength(1)
    for (const [index, answer] of answers.entries())
      if (people[index] !== won[0]) {
        expect(answer.status).toBe(409)
        const { error } = (await answer.json()) as { error: { code: string; message: string } }
        expect(error.code).toBe('case_changed')
        expect(error.message).toContain(`assign by ${won[0]}`)
      }
    expect(await caseOf('SO-2')).toMatchObject({ assignee: won[0], version: version + 1 })
  })

  test('of two processes that write at the same moment exactly one wins, whoever it is', async () => {
    const { store, estate, runner } = app.world
    const finishCase = createFinish(estate, runner.checks)
    // acts of one process wait for one another by its store: a copy is another process, as far as they can tell
    const desks = [1, 2].map(() => ({ store: { ...store }, plants: [...estate.plantOf.keys()], finishCase }))
    for (let round = 0; round < 8; round++) {
      const { number, version } = await caseOf('SO-2')
      const outcomes = await Promise.allSettled(
        desks.map((desk, index) => {
          const assign = actOf({ act: 'assign', assignee: `Desk ${index} in ${round}` })
          return actOnOne(desk, String(number), version, assign, `Desk ${index}`)
        }),
      )
      const won = outcomes.findIndex(({ status }) => status === 'fulfilled')
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
      expect(outcomes.find((each) => each.status === 'rejected')).toMatchObject({
        reason: { code: 'case_changed', message: expect.stringContaining(`assign by Desk ${won}`) },
      })
      expect(await caseOf('SO-2')).toMatchObject({
        assignee: `Desk ${won} in ${round}`,
        version: version + 1,
      })
    }
  })

  test('is accepted by a second person; the one who asked is refused', async () => {
    expect((await act('SO-3', { act: 'ask_accept', reason: 'sample goods' }, 'Ann')).status).toBe(200)
    const alone = await act('SO-3', { act: 'accept' }, 'Ann')
    expect(alone.status).toBe(409)
    expect(await alone.text()).toContain('another person has to agree')
    expect((await act('SO-3', { act: 'accept' }, 'Bob')).status).toBe(200)
    expect(await caseOf('SO-3')).toMatchObject({ state: 'open', status: 'accepted', accepted_by: 'Bob' })
  })

  test('what is missing or unknown is refused with what to do', async () => {
    for (const [given, code] of [
      [{ act: 'resolve' }, 'act_incomplete'],
      [{ act: 'move', team: 'nobody' }, 'team_unknown'],
      [{ act: 'link', cause: 'ghosts' }, 'cause_unknown'],
      [{ act: 'snooze', until: '2020-01-01T00:00:00Z', reason: 'later' }, 'act_refused'],
      [{ act: 'fly' }, 'request_invalid'],
    ] as const) {
      const answer = await act('SO-4', given)
      expect(answer.status, JSON.stringify(given)).toBeGreaterThanOrEqual(400)
      expect(((await answer.json()) as { error: { code: string } }).error.code).toBe(code)
    }
    expect((await caseOf('SO-4')).version).toBe(0)
    expect((await send('/api/exceptions/99999/acts', { version: 0, act: 'start' })).status).toBe(404)
  })
})

describe('many cases', () => {
  test('a dry run says what would happen and does nothing', async () => {
    const before = await list()
    const lines = await actOnMany({ act: 'acknowledge', filter: { state: 'open' }, dry_run: true })
    const results = lines.at(-1)?.results ?? []
    expect(results).toHaveLength(12)
    expect(results.filter(({ outcome }) => outcome === 'done')).toHaveLength(10)
    expect(results.find(({ key }) => key === 'SO-1/10')?.reason).toContain('in progress')
    expect((await list()).rows).toEqual(before.rows)
  })

  test('what a dry run has shown is acted on, and nothing that came to match since', async () => {
    const before = await caseOf('SO-7')
    await act('SO-7', { act: 'assign', assignee: 'Gus' })
    const tried = await actOnMany({
      act: 'comment',
      text: 'seen',
      filter: { state: 'open', assignee: '-' },
      dry_run: true,
    })
    const shown = tried.at(-1)?.results ?? []
    expect(shown.map(({ number }) => number)).not.toContain(before.number)
    await act('SO-7', { act: 'assign', assignee: '' })
    await act('SO-8', { act: 'comment', text: 'mine' }, 'Bob')
    const eight = await caseOf('SO-8')
    const lines = await actOnMany({
      act: 'comment',
      text: 'seen',
      numbers: shown.map(({ number, version }) => ({ number, version })),
    })
    const lost = (lines.at(-1)?.results ?? []).filter(({ outcome }) => outcome !== 'done')
    expect(lost).toMatchObject([{ number: eight.number, outcome: 'lost' }])
    expect((await caseOf('SO-7')).comments).toBe(0)
    expect(eight.comments).toBe(1)
  })

  test('a selection: each as it was seen, with a result per case', async () => {
    const [five, six] = [await caseOf('SO-5'), await caseOf('SO-6')]
    await act('SO-6', { act: 'comment', text: 'mine' }, 'Bob')
    const lines = await actOnMany({
      act: 'assign',
      assignee: 'Ann',
      numbers: [...[five, six].map(({ number, version }) => ({ number, version })), { number: 4711 }],
    })
    expect(lines.at(-1)?.results?.map(({ outcome }) => outcome)).toEqual(['done', 'lost', 'refused'])
    expect((await caseOf('SO-5')).assignee).toBe('Ann')
    expect((await caseOf('SO-6')).assignee).toBe('')
  })

  test('all that the filter matches, not only a page; the list is narrowed by what people made of them', async () => {
    await actOnMany({ act: 'assign', assignee: 'Dee', filter: { state: 'open', assignee: '-' } })
    expect((await list('&assignee=Dee')).total).toBeGreaterThan(5)
    expect((await list('&assignee=-')).total).toBe(0)
    await actOnMany({
      act: 'snooze',
      until: '2099-01-01T00:00:00Z',
      reason: 'stock count',
      filter: { assignee: 'Dee' },
    })
    // an accepted case has nothing to wake up for
    const worked = '&assignee=Dee&status=open,acknowledged,in_progress'
    expect((await list('&sleeping=yes')).total).toBe((await list(worked)).total)
    expect((await list(`&sleeping=no${worked}`)).total).toBe(0)
    expect((await list('&status=accepted')).rows.map((row) => row.order_no)).toEqual(['SO-3'])
    const facet = (await list()).facets.status?.find(({ value }) => value === 'accepted')
    expect(facet).toMatchObject({ cases: 1 })
    // opened in the January of the scenario, and nobody has taken them on since; an accepted one is late no more
    expect((await list('&due=late')).total).toBe((await list()).total - 1)
  })

  test('two at once on the same cases: each case has one of them, and each is told which', async () => {
    const [first, second] = await Promise.all(
      ['Ann', 'Bob'].map((name) =>
        actOnMany(
          { act: 'assign', assignee: `${name} too`, filter: { state: 'open', status: 'open' } },
          name,
        ),
      ),
    )
    for (const { number } of (await list('&status=open')).rows) {
      const { body } = await app.askJson(`/api/exceptions/${number}`)
      const acts = (body as ExceptionDetail).steps.filter(({ changes }) =>
        changes.some(({ to }) => to.includes('too')),
      )
      const told = [first, second].flatMap((lines) =>
        (lines?.at(-1)?.results ?? []).filter((each) => each.number === number && each.outcome === 'done'),
      )
      expect(told.length, `${number}`).toBe(acts.length)
    }
  })
})

describe('what runs make of it', () => {
  const agree = (name: string, quantity: string) =>
    app.world.say('erp', minute, 'order_lines', [line(name, quantity)])
  const run = async (later: number) => {
    minute += later
    await app.world.complete(minute)
    await app.world.run('order_lines', minute)
  }

  test('one called resolved that still differs is open again; one that agrees is closed', async () => {
    expect((await act('SO-5', { act: 'resolve', reason: 'posted' })).status).toBe(200)
    await run(1)
    // the scenario runs in January: by its clock a grace has not passed since a person acted today
    expect((await caseOf('SO-5')).status).toBe('resolved')
    await agree('SO-5', '5')
    await run(20)
    expect(await caseOf('SO-5')).toMatchObject({ state: 'closed', status: 'closed' })
    expect((await act('SO-5', { act: 'start' })).status).toBe(409)
    expect((await act('SO-5', { act: 'comment', text: 'thank you' })).status).toBe(200)
  })

  test('a difference that comes back opens its case again, with who worked on it', async () => {
    const before = await caseOf('SO-5')
    await agree('SO-5', '3')
    await run(20)
    expect(await caseOf('SO-5')).toMatchObject({
      number: before.number,
      state: 'open',
      status: 'open',
      assignee: before.assignee,
      reopens: 1,
    })
  })

  test('what was accepted lapses when the amount changes', async () => {
    await agree('SO-3', '2')
    await run(20)
    const row = await caseOf('SO-3')
    expect(row).toMatchObject({ status: 'open', accepted_by: '', asked_by: '' })
    const { steps } = (await app.askJson<ExceptionDetail>(`/api/exceptions/${row.number}`)).body
    // people act by the clock of today, runs by that of the scenario
    expect(steps.filter(({ act }) => act === 'changed').at(-1)?.changes).toEqual([
      { what: 'status', from: 'accepted', to: 'open' },
      { what: 'acceptance', from: 'Bob', to: '' },
      { what: 'value', from: '€100', to: '€300' },
    ])
  })
})

test('a name with a control character is refused, and counted nowhere', async () => {
  const answer = await act('SO-12', { act: 'assign', assignee: 'Eve\u001fX' })
  expect(answer.status).toBe(400)
  expect(await answer.text()).toContain('control characters')
})

test('whatever was done to them: a list says of each case what its own page says', async () => {
  const { rows } = await list()
  expect(rows.length).toBeGreaterThanOrEqual(names.length)
  for (const row of rows) {
    const { body } = await app.askJson(`/api/exceptions/${row.number}`)
    expect((body as ExceptionDetail).exception).toEqual(row)
  }
})

test('what lists show of a case is made again where a kill came between it and the case', async () => {
  const { rows } = await list()
  const { store } = app.world
  await store.command('DELETE FROM exception_rows WHERE number = {number:UInt64}', {
    number: Number(rows[0]?.number),
  })
  expect((await list()).rows).toHaveLength(rows.length - 1)
  await foldBehind(store, createFinish(app.world.estate, app.world.runner.checks))
  expect((await list()).rows).toEqual(rows)
})

test('any interleaving of runs and people stands in the store as it folds, whenever and however often it was folded', async () => {
  const { store, estate } = app.world
  let first = 900_000
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(histories, fc.nat({ max: 10 })), { minLength: 10, maxLength: 10 }),
      async (cases) => {
        first += 100
        const logs = cases.map(([history, looks], index) => ({
          number: String(first + index),
          looks,
          ...logsOf(history, String(first + index)),
        }))
        const numbers = logs.map(({ number }) => number)
        // each is folded after a part of it, then after all, by two at once
        for (const part of [(log: Logs) => log.looks, () => Number.POSITIVE_INFINITY]) {
          await store.insert(
            'exception_steps',
            logs
              .flatMap((log) => log.steps.slice(0, part(log) + 1))
              .map((step) => ({ ...step, actor: 'plumbline', detail: '' })),
          )
          await store.insert(
            'exception_acts',
            logs.flatMap((log) => log.acts.slice(0, part(log))).map((act) => ({ ...act, batch: '' })),
          )
          await Promise.all([foldCases(store, numbers), foldCases({ ...store }, numbers.toReversed())])
        }
        const kept = await readCases(
          { store, plants: [...estate.plantOf.keys()], finishCase: (known) => known },
          numbers,
        )
        const folded = logs.map((log) => foldCase(log.steps, log.acts)?.known)
        const byNumber = (a: { number: string } | undefined, b: { number: string } | undefined) =>
          Number(a?.number) - Number(b?.number)
        expect(kept.sort(byNumber)).toEqual(folded.sort(byNumber))
      },
    ),
    { numRuns: 2 },
  )
})
type Logs = { looks: number }
