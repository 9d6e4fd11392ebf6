/** A format: how the users of one other system are read. Each is a file of `formats/`. */
import type { JsonObject } from '@countersign/guard/strict-json'
import type { FirebaseHashes } from './firebase-hashes.ts'
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
  /** The parameters of the hashes of Firebase, whose export does not have them: `firebaseHashesOf` reads them. */
  readonly firebaseHashes?: FirebaseHashes
}

/** A user, something else of the same file (`undefined`), or why the record cannot be read. */
export type FormatRecord = UserRecord | undefined | { readonly problem: string }

export interface UserRecord {
  /** In our own names: those of an import file, and claims. */
  readonly row: JsonObject
  /** What the format does not know. The conventions for rights and hashes hold for it. */
  readonly rest: JsonObject
}
