import { hour, minute, second } from './effects.ts'
import type { MasterKind } from './master-records.ts'
import type { Plant } from './plants.ts'
import type { Windows } from './windows.ts'

/** What a consumer does with a version: takes it over soon, late, hours late, or rejects it. */
export type Fate = 'soon' | 'late' | 'missing' | 'rejected'
/** A change that is not left to chance, so that a first look at the demo finds each of them. */
export type Story = { plant: string; at: number; kind: MasterKind; crm: Fate; wms: Fate }

/** How long into a gateway's hold the version is overdue; shorter holds tell no story. */
const overdue = 6 * minute

/**
 * The changes a first look finds: one that a WMS has not taken over though it counts, one the CRM rejected, and one that
 * came while a gateway was cut off. `breakAt` is a moment within that hold: history that is sent up to there shows it.
 */
export function planStories(
  plants: Plant[],
  windows: Windows,
  epoch: number,
  storyAt: number,
): { stories: Story[]; breakAt: number | undefined } {
  const stories: Story[] = []
  const tell = (plant: Plant | undefined, at: number, kind: MasterKind, crm: Fate, wms: Fate) => {
    if (plant && at > epoch + hour) stories.push({ plant: plant.plant, at, kind, crm, wms })
  }
  tell(plants[1], storyAt - 50 * minute, 'items', 'soon', 'missing')
  tell(plants[2], storyAt - 3 * hour, 'prices', 'rejected', 'soon')
  const held = plants
    .flatMap(({ plant }) => windows.holdsFrom(plant, epoch + hour, storyAt - 2 * hour))
    .filter(({ from, to }) => to - from > overdue + minute)
    .sort((left, right) => right.from - left.from)[0]
  if (!held) return { stories, breakAt: undefined }
  const at = held.from + 2 * second
  tell(
    plants.find(({ plant }) => plant === held.plant),
    at,
    'items',
    'soon',
    'soon',
  )
  return { stories, breakAt: at + overdue }
}
