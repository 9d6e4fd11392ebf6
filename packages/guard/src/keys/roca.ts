/** Recognises RSA keys of a faulty chip library by their modulus: they can be factored (ROCA, CVE-2017-15361). */

/** The odd primes up to 167: their product divides the number that the library built all of its primes on. */
const primes: readonly number[] = Array.from({ length: 83 }, (_, index) => 2 * index + 3).filter((number, index, all) =>
  all.slice(0, index).every((smaller) => number % smaller !== 0),
)

/**
 * The library's primes are powers of 65537, modulo a product of small primes; so is then the modulus, modulo each of them. A
 * sound modulus is so by an accident of less than one in a hundred million.
 */
export function hasRocaFingerprint(modulus: bigint): boolean {
  return primes.every((prime) => isPowerOf65537(Number(modulus % BigInt(prime)), prime))
}

function isPowerOf65537(residue: number, prime: number): boolean {
  const base = 65537 % prime
  let power = 1
  do {
    if (power === residue) return true
    power = (power * base) % prime
  } while (power !== 1)
  return false
}
