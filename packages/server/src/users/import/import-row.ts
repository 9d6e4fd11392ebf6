/** One record of an import file, as its container has it: an entry of a JSON document, a line, a row of CSV, an entry of LDIF. */
export interface ImportRow {
  /** Where it is in the file, such as `line 17`. */
  readonly place: string
  /** The name that the file has outside of the record: the key of the tutorial's dict. */
  readonly key?: string
  readonly value: unknown
  /** Why there is no value, as what follows the place in a sentence. */
  readonly problem?: string
}

/** Characters of one record. What is longer is no user. */
export const maxRecordLength: number = 1024 * 1024

export const tooLong: string = 'is longer than one MiB'
