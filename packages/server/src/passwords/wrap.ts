/** A hash of another format inside of argon2id. */
import { inspectHash, type UsableHash } from './import-check.ts'
import { wrap } from './schemes/wrapped.ts'

/** The wrapped form of a hash. Synchronous and slow: only for worker threads. @throws TypeError when the hash cannot be wrapped */
export function wrapHash(hash: string): string {
  return wrap(wrappableHash(hash))
}

/** @throws TypeError when the hash cannot be wrapped */
export function wrappableHash(hash: string): UsableHash {
  const inspection = inspectHash(hash, { allowWeakHashes: true })
  if (inspection.status !== 'usable' || !inspection.isWrappable) {
    throw new TypeError('only a usable hash of another format than argon2id of the default cost can be wrapped')
  }
  return inspection
}
