import { parseEstate } from '../../server/core/estate.ts'

export const pushEstateText = (sources: string) => `
name: Push
currency: EUR
plants: [{ plant: HAM, name: Hamburg, time_zone: Europe/Berlin, currency: EUR }]
systems:
  - { system: erp, name: ERP, role: erp }
  - { system: wms, name: WMS, role: wms }
teams: [{ team: ops, name: Operations }]
sources:
${sources}`

/** One plant, an ERP and a WMS, and the sources that a test adds, as the YAML of a list. */
export const pushEstate = (sources: string) => parseEstate(pushEstateText(sources))

/** The mapping of stock in its plainest form. */
export const stockStates = `    states:
      inventory_positions: { location: location, item: item, quantity: quantity }`
