/** A login costs as many hash runs whether the user exists or not: counted, since a time cannot be asserted (OWASP ASVS 6.3.8). */
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'

/** The library as an object whose functions can be watched, before the module that is tested binds them. */
const library: typeof import('@node-rs/argon2') = createRequire(import.meta.url)('@node-rs/argon2')

test('an unknown user, a user with a fast hash or a wrapped one, a user without a usable hash and a wrong password cost as many runs of the hash', async (t) => {
  const { mock } = t.mock.method(library, 'hashRawSync')
  const { hashPassword } = await import('../../src/passwords/hash.ts')
  const { verifyPassword } = await import('../../src/passwords/verify-password.ts')
  const runsOf = (hash: string | null, password: string) => {
    const before = mock.callCount()
    assert.equal(verifyPassword(hash, password).isMatch, false)
    return mock.callCount() - before
  }
  const { wrapHash } = await import('../../src/passwords/wrap.ts')
  const stored = hashPassword('correct horse')
  const weak = '{SSHA}yYDxU0TvcCNYKjGrIuPG9+TFLf51DmHM'
  // ASP.NET Identity 2 has no more rounds: it is not weak, and takes less time than argon2id.
  const fast = 'AAABAgMEBQYHCAkKCwwNDg+ukCEMDf0yyQ29NYubggHIVY0sdEUfdyeM+E1LtH1uJg=='
  // One run for each spelling of the password, and one dummy for a password that no account can have.
  const passwords = { wrong: 1, 'wro\u0301ng': 2, 'wrong\0': 1, ['x'.repeat(1025)]: 1 }
  for (const [password, runs] of Object.entries(passwords)) {
    for (const hash of [
      stored,
      weak,
      fast,
      wrapHash(weak),
      null,
      '',
      'malformed',
      '!',
      '$argon2id$v=19$m=1,t=1,p=1$x$x',
    ]) {
      assert.equal(runsOf(hash, password), runs, `${hash} ${password.slice(0, 9)}`)
    }
  }
})
