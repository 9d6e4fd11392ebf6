/**
 * The bare hash rate: checks the same password against the same hash, on every core, with nothing else. A program of its
 * own: takes the hash, the password and seconds as arguments, prints checks per second.
 */
import { availableParallelism, setPriority } from 'node:os'
import { verify } from '@node-rs/argon2'

// As the server's hashing threads, which let other work go first: other load then takes the same from both.
setPriority(10)
const [hash = '', password = '', seconds = ''] = process.argv.slice(2)
const startedAt = performance.now()
const endsAt = startedAt + Number(seconds) * 1000
const checks = await Promise.all(Array.from({ length: availableParallelism() }, keepChecking))
const total = checks.reduce((sum, count) => sum + count, 0)
process.stdout.write(String(total / ((performance.now() - startedAt) / 1000)))

async function keepChecking(): Promise<number> {
  let count = 0
  for (; performance.now() < endsAt; count++) {
    if (!(await verify(hash, password))) throw new Error('the password does not match the hash')
  }
  return count
}
