/** Which page of a list an operation returns. */
export interface Paging {
  /** Maximum number of stored entries on the page. @default 100 */
  readonly limit?: number
  /** `next` of the page before. @default the first page */
  readonly after?: string | undefined
}
