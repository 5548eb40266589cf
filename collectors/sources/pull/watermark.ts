import type { SourceContext } from '../index.ts'

/** Says up to when a source is complete: a load of its own, so that no cut sees it without what it speaks of. */
export async function writeWatermark(
  { queue, store }: Pick<SourceContext, 'queue' | 'store'>,
  source: { source: string; system: string },
  plants: ReadonlySet<string>,
  at: Date,
): Promise<void> {
  const complete_to = at.toISOString()
  await queue.submit({
    kind: 'watermark',
    source: source.source,
    name: complete_to,
    bytes: 0,
    run: (load_seq) => {
      const said = {
        source: source.source,
        system: source.system,
        complete_to,
        received_at: new Date().toISOString(),
      }
      const rows = [...plants].map((plant) => ({ ...said, plant, load_seq }))
      return store.insert('watermarks', rows, { lane: 'load' })
    },
  })
}
