/** Which page of a list an operation returns. */
import { identifierProblem } from './identifier.ts'

export interface Paging {
  /** Maximum number of stored entries on the page, from 1 to 500. @default 100 */
  readonly limit?: number
  /** `next` of the page before. @default the first page */
  readonly after?: string | undefined
}

export const pagingNames: readonly (keyof Paging)[] = ['limit', 'after']

const maxLimit = 500

/** What is wrong with a value for `Paging`: `message` follows the field in a sentence. `undefined` when it is valid. */
export function pagingProblem(value: unknown): { readonly field: string; readonly message: string } | undefined {
  if (typeof value !== 'object' || value === null) return { field: 'paging', message: 'must be an object' }
  const { limit, after }: { readonly limit?: unknown; readonly after?: unknown } = value
  if (limit !== undefined && !(Number.isInteger(limit) && Number(limit) >= 1 && Number(limit) <= maxLimit)) {
    return { field: 'limit', message: `must be a whole number from 1 to ${maxLimit}` }
  }
  const message = after === undefined ? undefined : identifierProblem(after)
  return message === undefined ? undefined : { field: 'after', message }
}
