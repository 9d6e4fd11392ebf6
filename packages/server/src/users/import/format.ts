/** A format: how the users of one other system are read. Each is a file of `formats/`. */
import type { JsonObject } from '@countersign/guard/strict-json'
import type { FormatName } from './format-names.ts'

export interface Format {
  readonly name: FormatName
  /** The software, for messages. */
  readonly title: string
  /** Whether a record has what only this system writes. */
  readonly recognises: (record: JsonObject) => boolean
  readonly read: (record: JsonObject, options: FormatOptions) => FormatRecord
}

export interface FormatOptions {
  /** The beginning of the hashes of Firebase, whose export does not have it: `firebaseHashesOf` reads it. */
  readonly firebaseHashes?: string
}

/** A user, something else of the same file (`undefined`), or why the record cannot be read. */
export type FormatRecord = UserRecord | undefined | { readonly problem: string }

export interface UserRecord {
  /** In our own names: those of an import file, and claims. */
  readonly row: JsonObject
  /** What the format does not know. The conventions for rights and hashes hold for it. */
  readonly rest: JsonObject
}
