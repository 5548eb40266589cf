import { expect, test } from 'vitest'
import { PlumblineError } from '../../server/core/errors.ts'
import { allowancesOf } from '../../server/core/grants.ts'
import { scenarioEstate } from '../support/scenario.ts'

const problemsOf = (access: string): string[] => {
  try {
    scenarioEstate(access, ['inventory_on_hand'])
  } catch (error) {
    if (error instanceof PlumblineError)
      return error.details.map(({ where, message }) => `${where}: ${message}`)
    throw error
  }
  return []
}

test('what is wrong with access is said where it stands, with what was expected', () => {
  expect(
    problemsOf(`
access:
  sign_in: { oidc: { issuer: 'http://login.example.com', client_id: x }, idle: 2d, longest: 1d }
  grants:
    - { group: a, role: viewer, plants: [NOWHERE], regions: [north] }
    - { group: b, role: admin, plants: [HAM] }`),
  ).toEqual([
    'access.grants[0].plants: "NOWHERE" is not a plant of this estate; expected one of HAM, SHF',
    'access.grants[0].regions: "north" is not a region of this estate; expected none, since none is defined',
    'access.grants[0]: names plants and regions; expected one of them, and a second grant for the other',
    'access.grants[1].role: is admin of a part; expected a grant without plants, regions and flows',
    'access.sign_in.oidc.issuer: is http://login.example.com, without TLS; expected https://…',
    'access.sign_in.idle: is longer than longest; expected a shorter time',
  ])
  expect(problemsOf('access: { sign_in: {}, grants: [{ group: a, role: viewer }] }')).toEqual([
    'access.sign_in: names no way to sign in; expected local or oidc',
    'access.grants: has no role admin: nobody could let others in; expected a grant with it',
  ])
})

test('somebody of several groups may do what any of them may, each where it was given', () => {
  const estate = scenarioEstate(
    `
access:
  grants:
    - { group: [a, b], role: worker, plants: [HAM] }
    - { group: b, role: viewer }`,
    ['inventory_on_hand'],
  )
  expect(allowancesOf(estate, ['a']).map(({ reach }) => reach)).toEqual([[{ plants: ['HAM'] }]])
  expect(allowancesOf(estate, ['b']).map(({ reach }) => reach)).toEqual([[{ plants: ['HAM'] }], [{}]])
  expect(allowancesOf(estate, ['B', 'c'])).toEqual([])
})
