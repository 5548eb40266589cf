import { PlumblineError } from './errors.ts'

/** How numbers of cases, replays and notifications are written: the engine reads no zeros before them. */
export const rowNumber = /^(0|[1-9]\d{0,17})$/

export const isRowNumber = (text: string): boolean => rowNumber.test(text)

/** @throws PlumblineError `case_unknown` (404) when it can't be the number of a case */
export function expectCaseNumber(text: string): void {
  if (!isRowNumber(text))
    throw new PlumblineError('case_unknown', `"${text}" is not the number of a case`, {
      status: 404,
      where: 'number',
    })
}
