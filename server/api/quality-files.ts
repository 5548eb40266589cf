import type { ApiContext } from './context.ts'
import type { QualityFacts } from './quality-facts.ts'
import { toShare } from './quality-rates.ts'
import type { MeasureName, Quality } from './schemas/quality.ts'

type FileRates = Quality['files'][number]
type Cell = FileRates['cells'][number]

/**
 * How good the rows are that files bring, source by source and plant by plant. What nobody can know of a file is said in
 * words: which rows were due, or whether a snapshot meant to say the same again.
 */
export function composeFiles(
  { estate }: ApiContext,
  { scope, limits, files, readings }: QualityFacts,
): FileRates[] {
  const failed = readings.filter((one) => one.outcome === 'failed').map((one) => one.source)
  return estate.fileSources.flatMap((source) => {
    const unreadable = failed.filter((one) => one === source.source).length
    const known = files.filter((one) => one.source === source.source)
    // which plant a file is of that could not be read is not known; it is one that its system serves
    const serves = estate.systemOf.get(source.system)?.plants
    const isOfScope = !serves || serves.some((plant) => scope.plants.includes(plant))
    const rows = known.length > 0 || unreadable === 0 || !isOfScope ? known : [nothing]
    return rows.map((row) => {
      const cell = (measure: MeasureName, of: number, wrong: number, unknown = ''): Cell => ({
        measure,
        ...toShare(limits, measure, { of, wrong, count: measure === 'duplication' ? wrong : of - wrong }),
        unknown,
      })
      const isSnapshot = source.mode === 'snapshot'
      return {
        source: source.source,
        system: estate.systemOf.get(source.system)?.name ?? source.system,
        plant: row.plant,
        files: row.files,
        unreadable,
        rows: row.received,
        refused: row.quarantined,
        cells: [
          cell('completeness', 0, 0, 'no hand-off says which rows are due'),
          cell(
            'timeliness',
            row.live,
            row.late,
            row.received > 0 ? 'all of it is history' : 'nothing was read',
          ),
          cell('conformity', row.received, row.quarantined, 'nothing was read'),
          isSnapshot
            ? cell('duplication', 0, 0, 'a snapshot repeats what stays the same')
            : cell('duplication', row.received, row.repeated, 'nothing was read'),
        ],
      }
    })
  })
}

const nothing = { plant: '', files: 0, received: 0, quarantined: 0, live: 0, late: 0, repeated: 0 }
