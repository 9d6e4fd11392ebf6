/** A password pool whose checks are counted. */
import type { PasswordPool } from '../passwords/pool.ts'
import { identify } from '../passwords/schemes.ts'
import type { Metrics, PasswordCheckFacts } from './metrics.ts'

export function timedPasswords(pool: PasswordPool, metrics: Metrics): PasswordPool {
  const verify: PasswordPool['verify'] = async (hash, password) => {
    const begun = performance.now()
    let outcome: PasswordCheckFacts['outcome'] = 'not_checked'
    try {
      const verification = await pool.verify(hash, password)
      outcome = verification.isMatch ? 'match' : 'mismatch'
      return verification
    } finally {
      const scheme = hash === null ? 'none' : (identify(hash)?.name ?? 'unknown')
      metrics.countPasswordCheck({ scheme, outcome, durationMs: performance.now() - begun })
    }
  }
  return Object.create(pool, { verify: { value: verify } })
}
