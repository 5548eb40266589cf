import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Case } from '../../server/core/case.ts'
import { actOf, type CaseAct, refuseAct } from '../../server/core/case-acts.ts'
import { changesOf } from '../../server/core/case-changes.ts'
import type { CaseStep } from '../../server/core/case-steps.ts'
import { foldCase } from '../../sql/cases.ts'
import { histories, logsOf, momentOf, someAct, stepOf } from '../support/case-history.ts'

/** Folds acts onto steps as they come: each act sees the case as it stands then. */
function play(steps: CaseStep[], acts: { after: number; act: Partial<CaseAct> & Pick<CaseAct, 'act'> }[]) {
  const log: CaseAct[] = []
  for (const { after, act } of acts) {
    const version = log.length + 1
    log.push({
      ...actOf(act),
      number: '7',
      version,
      id: `a${version}`,
      at: act.at ?? momentOf(after),
      actor: act.actor ?? 'ann',
      saw_step: after,
    })
  }
  return foldCase(steps, log)?.known as Case
}

describe('a case', () => {
  test('is taken on, worked on, called resolved, and closed when the systems agree', () => {
    const known = play(
      [stepOf(1, 'opened'), stepOf(2, 'agreed'), stepOf(3, 'closed')],
      [
        { after: 1, act: { act: 'acknowledge' } },
        { after: 1, act: { act: 'start' } },
        { after: 1, act: { act: 'resolve', reason: 'posted again' } },
      ],
    )
    expect(known).toMatchObject({
      state: 'closed',
      status: 'closed',
      acknowledged_by: 'ann',
      assignee: 'ann',
      resolution: 'posted again',
      agreed: 2,
      step: 3,
      version: 3,
    })
  })

  test('that a run still finds after it was called resolved is open again, and nothing of that is left', () => {
    const known = play(
      [stepOf(1, 'opened'), stepOf(2, 'reopened')],
      [{ after: 1, act: { act: 'resolve', reason: 'done' } }],
    )
    expect(known).toMatchObject({
      state: 'open',
      status: 'open',
      resolution: '',
      resolved_at: null,
      reopens: 1,
    })
  })

  test('is accepted by a second person only, and that lapses when the amount changes', () => {
    const asked = { after: 1, act: { act: 'ask_accept', reason: 'a known loss' } as const }
    const alone = play([stepOf(1, 'opened')], [asked, { after: 1, act: { act: 'accept' } }])
    expect(alone.status).toBe('open')
    const two = [asked, { after: 1, act: { act: 'accept', actor: 'bob' } as const }]
    expect(play([stepOf(1, 'opened')], two)).toMatchObject({ status: 'accepted', accepted_amount: '10' })
    const same = [stepOf(1, 'opened'), stepOf(2, 'changed', { left_value: '6', right_value: '5' })]
    expect(play(same, two).status).toBe('accepted')
    const other = [stepOf(1, 'opened'), stepOf(2, 'changed', { amount: '11' })]
    expect(play(other, two)).toMatchObject({ status: 'open', accepted_by: '', asked_by: '' })
    // what was asked of one amount is not granted for another
    const late = [asked, { after: 2, act: { act: 'accept', actor: 'bob' } as const }]
    expect(play(other, late).status).toBe('open')
  })

  test('keeps its team when a person is assigned, and its person when a team is', () => {
    const known = play(
      [stepOf(1, 'opened'), stepOf(2, 'changed', { team: 'ops', amount: '12' })],
      [
        { after: 1, act: { act: 'assign', assignee: 'cyd' } },
        { after: 1, act: { act: 'move', team: 'finance' } },
      ],
    )
    expect(known).toMatchObject({ team: 'finance', is_team_said: true, assignee: 'cyd' })
  })

  test('says of each step and act what it made another, in the order of the log', () => {
    const told: string[] = []
    const act = (version: number, given: Partial<CaseAct> & Pick<CaseAct, 'act'>, saw: number): CaseAct => ({
      ...actOf(given),
      number: '7',
      version,
      id: `a${version}`,
      at: momentOf(version),
      actor: given.actor ?? 'ann',
      saw_step: saw,
    })
    foldCase(
      [
        stepOf(1, 'opened'),
        stepOf(2, 'changed', { severity: 'high' }),
        stepOf(3, 'changed', { severity: 'high', amount: '11' }),
      ],
      [
        act(1, { act: 'ask_accept', reason: 'a known loss' }, 1),
        act(2, { act: 'accept', actor: 'bob' }, 2),
        act(3, { act: 'move', team: 'finance' }, 3),
      ],
      (before, after, row) =>
        told.push(
          `${row.act}: ${changesOf(before, after)
            .map(({ what, from, to }) => `${what} ${from || '-'} ${to || '-'}`)
            .join(', ')}`,
        ),
    )
    expect(told).toEqual([
      'opened: ',
      'ask_accept: request - ann',
      'changed: severity low high',
      'accept: status open accepted, request ann -, acceptance - bob',
      'changed: status accepted open, acceptance bob -, value 10 11',
      'move: team ops finance',
    ])
  })

  test('stands still only with a reason', () => {
    const paused = play([stepOf(1, 'opened')], [{ after: 1, act: { act: 'pause' } }])
    expect(paused.pauses).toEqual([])
  })
})

test('any interleaving of runs and people folds to the same case on every reader, whatever of it each had seen before', () => {
  fc.assert(
    fc.property(histories, fc.array(fc.nat({ max: 25 }), { maxLength: 5 }), (history, looks) => {
      const { steps, acts } = logsOf(history)
      const whole = foldCase(steps, acts)
      expect(whole?.known.step).toBe(steps.length)
      expect(whole?.known.version).toBe(acts.length)
      // a reader that folded a part before, and rows that come twice, end in the same
      for (const look of looks) foldCase(steps.slice(0, look), acts.slice(0, look))
      const twice = foldCase(
        steps.flatMap((step) => [step, step]),
        acts.flatMap((act) => [act, act]),
      )
      expect(twice?.known).toEqual(whole?.known)
      // what a case says of itself holds together
      const known = whole?.known as Case
      expect(known.state === 'closed').toBe(known.status === 'closed')
      expect(known.status === 'resolved' && known.resolved_at === null).toBe(false)
      expect(known.status === 'accepted' && known.accepted_by === known.asked_by).toBe(false)
      expect(known.pauses.slice(0, -1).every((pause) => pause.to !== '')).toBe(true)
      if (known.status === 'accepted') expect(known.accepted_amount).toBe(known.amount)
    }),
    { numRuns: 500 },
  )
})

test('of every status some act leads on, and none is refused without a word', () => {
  fc.assert(
    fc.property(someAct, (did) => {
      const known = foldCase([stepOf(1, 'opened')], [])?.known as Case
      const refusal = refuseAct(known, {
        ...did,
        number: '7',
        version: 1,
        id: 'a',
        at: momentOf(2),
        saw_step: 1,
      })
      if (refusal) expect(refusal.message.length).toBeGreaterThan(5)
    }),
  )
})
