import AxeBuilder from '@axe-core/playwright'
import type { Page } from 'playwright-core'

const usualTags = ['wcag2a', 'wcag2aa']

/**
 * What a page breaks of the rules of accessibility, each with the first element that does. Judged in the page itself and
 * without telling what it passes: the same rules, in half the time that a second page to put frames together in takes.
 * @param tags which rules; all there are where none is named
 * @param within the part of the page that is looked at
 */
export async function findViolations(
  page: Page,
  { tags = usualTags, within }: { tags?: string[]; within?: string } = {},
): Promise<string[]> {
  // in the page itself nothing of a frame would be seen
  if (page.frames().length > 1) throw new Error(`${page.url()} has frames, which are not looked into`)
  let axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] })
  if (tags.length > 0) axe = axe.withTags(tags)
  if (within) axe = axe.include(within)
  const { violations } = await axe.analyze()
  return violations.map((each) => `${each.id}: ${each.nodes[0]?.html}`)
}
