import { PlumblineError } from '../../server/core/errors.ts'
import type { SubjectAsked, SubjectHow } from '../../server/core/subjects.ts'
import type { Store } from '../../sql/store.ts'
import { hitSql, readShapes, type SubjectTableShape } from '../../sql/subject-columns.ts'
import { type Handling, subjectTables } from '../../sql/subject-tables.ts'
import { foundSql } from '../../sql/subjects.ts'
import { ofCaseSql } from './cases.ts'
import { contributedSql, planStates } from './states.ts'
import { ofTrailSql } from './trail.ts'

type Kind = SubjectAsked['kind']
/** A table with where it speaks of the subject, and what is done about it. `where` is SQL, '0' for nowhere. */
export type Place = {
  table: string
  how: SubjectHow
  says: string
  where: string
  shape: SubjectTableShape
  /** of a table that is dealt with by the columns it has */
  handling?: Handling
}
export const isAboutPerson = (kind: Kind): boolean => kind === 'person' || kind === 'user'

const ofUser = `(SELECT value FROM subject_values WHERE request = {request:String} AND what = 'person')`
const bodyHas = (name: string) => `JSONExtractString(body, '${name}') IN ${ofUser}`
/** Steps of the person themself: their record, sessions and tokens. That they were erased stays, under an id alone. SQL. */
export const ownStepsSql = `(step != 'person_erased' AND (subject IN ${ofUser} OR ${bodyHas('person')} OR ${bodyHas('owner')}
  OR subject IN (SELECT subject FROM access_steps WHERE ${bodyHas('owner')} OR ${bodyHas('person')})))`

/**
 * Every table, and where it speaks of a subject.
 * @throws PlumblineError `subject_table_unknown` for a table nobody has thought of: nothing is done rather than a part
 */
export async function findPlaces(
  store: Store,
  kind: Kind,
): Promise<{ places: Place[]; shapes: ReadonlyMap<string, SubjectTableShape> }> {
  const all = await readShapes(store)
  const shapes = new Map(all.map((shape) => [shape.table, shape]))
  const places = all.flatMap((shape): Place[] => {
    const { table } = shape
    const known = subjectTables[table]
    if (!known)
      throw new PlumblineError(
        'subject_table_unknown',
        `Nobody has said what a deletion does with the table ${table}`,
        {
          status: 500,
          mend: 'This version of Plumbline is at fault: report it. Nothing was deleted.',
        },
      )
    const { says } = known
    const place = (how: SubjectHow, where: string, handling?: Handling): Place[] =>
      where === '0' ? [] : [{ table, how, says, where, shape, ...(handling ? { handling } : {}) }]
    if ('passing' in known) return []
    if (!('special' in known)) {
      const goes = isAboutPerson(kind) ? known.ofPerson === 'delete' : known.ofKey === 'delete'
      return place(goes ? 'deleted' : 'redacted', foundSql(shape, known, isAboutPerson(kind)), known)
    }
    switch (known.special) {
      case 'state': {
        const plan = planStates(kind, table.replace(/_log$/, '') as never, shapes)
        return plan ? place(plan.set ? 'redacted' : 'deleted', plan.where) : []
      }
      case 'contributions':
        return place(
          kind === 'order' ? 'deleted' : 'redacted',
          kind === 'key' ? '0' : `(${contributedSql(kind, shape)})`,
        )
      case 'case':
        return place('redacted', ofCaseSql(kind, shape))
      case 'audit':
        return place('redacted', ofTrailSql(shape))
      case 'access': {
        const actor = shape.texts.filter(({ name }) => name === 'actor' || name === 'body').map(hitSql)
        if (kind === 'user') return place('deleted', `(${[ownStepsSql, ...actor].join(' OR ')})`)
        return kind === 'person' ? place('redacted', `(${actor.join(' OR ')})`) : []
      }
      default:
        return []
    }
  })
  return { places, shapes }
}
