import type { PersonList } from '../../server/api/schemas/access.ts'
import { ROLE_ABOUT, ROLE_WORDS, reachWords } from '../lib/access.ts'
import { type Estate, useEstate } from '../lib/estate.tsx'
import { ListTable } from './list-table.tsx'
import { Section } from './section.tsx'

type Group = PersonList['groups'][number]

/** Where a grant counts, in words. */
const whereOf = ({ plants, flows }: Group['roles'][number], estate: Estate): string =>
  reachWords([{ ...(plants && { plants }), ...(flows && { flows }) }], estate)

/** What a group lets its people do, in a line: "Worker of Hamburg, Viewer". */
export const grantWords = (group: Group, estate: Estate): string =>
  group.roles
    .map((grant) => {
      const where = whereOf(grant, estate)
      return ROLE_WORDS[grant.role] + (where === 'everywhere' ? '' : ` of ${where}`)
    })
    .join(', ')

/** The groups that the estate grants something, and what. */
export function GroupTable(props: { groups: Group[] }) {
  const estate = useEstate()
  const grants = () => props.groups.flatMap(({ group, roles }) => roles.map((grant) => ({ group, grant })))
  return (
    <Section title="Groups" sub="as the estate grants them, under access.grants">
      <ListTable
        label="Groups"
        head={['Group', 'Role', 'What it lets them do', 'Where']}
        rows={grants()}
        empty={<p class="soft pad">The estate grants nothing to any group: nobody may do anything.</p>}
      >
        {({ group, grant }) => (
          <tr>
            <td class="key">{group}</td>
            <td class="nowrap">{ROLE_WORDS[grant.role]}</td>
            <td class="soft wide">{ROLE_ABOUT[grant.role]}</td>
            <td class="wide">{whereOf(grant, estate)}</td>
          </tr>
        )}
      </ListTable>
    </Section>
  )
}
