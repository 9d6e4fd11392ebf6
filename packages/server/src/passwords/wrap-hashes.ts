/** Many hashes of other formats inside of argon2id, for an import. */
import type { PasswordPool } from './pool.ts'

/**
 * Wraps many hashes, in their order, with as many at a time as the pool has threads. For an import: give it one batch after another.
 * Rejects like `PasswordPool.wrap`.
 */
export async function wrapHashes(
  passwords: Pick<PasswordPool, 'wrap' | 'workers'>,
  hashes: readonly string[],
): Promise<readonly string[]> {
  const wrapped: string[] = []
  const waiting = hashes.entries()
  const work = async () => {
    for (const [index, hash] of waiting) wrapped[index] = await passwords.wrap(hash)
  }
  await Promise.all(Array.from({ length: passwords.workers }, work))
  return wrapped
}
