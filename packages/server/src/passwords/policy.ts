/** The minimum and maximum cost of password hashes: OWASP Password Storage cheat sheet, and ASVS 5.0 §11.4.2 with Appendix C. */

/** Parameters of new hashes: argon2id, the first choice of OWASP. Memory in KiB. */
export const defaultCost = { memoryKib: 19_456, passes: 2, lanes: 1 } as const

/** A hash below these figures is upgraded at the next login, and an import counts it. */
export const floor = {
  /** Passes -> minimum memory in KiB. ASVS rates these as equally strong. The last entry is for three passes and more. */
  argon2MemoryKib: { 1: 47_104, 2: 19_456, 3: 12_288 },
  bcryptCost: 10,
  pbkdf2Rounds: { sha1: 1_300_000, sha256: 600_000, sha512: 210_000 },
  /** log2 of N, at block size 8. */
  scryptLogN: 17,
  scryptBlockSize: 8,
} as const

/**
 * A hash below these figures takes an attacker less than a millisecond of one core for each guess. Such hashes are imported only when the
 * operator allows it, and are wrapped in argon2id. MD5 is always below.
 */
export const slow = {
  /** Memory in KiB times passes. */
  argon2Work: 256,
  /** RFC 8018 §4.2: at least 1000 rounds. */
  pbkdf2Rounds: 1000,
  scryptMemoryBytes: 262_144,
  /** The default of sha-crypt. */
  digestRounds: 5000,
} as const

/** A hash above these figures is rejected by an import and never run at a login: it would block the pool. */
export const cap = {
  argon2MemoryKib: 1_048_576,
  argon2Passes: 10,
  /** Memory in KiB times passes: four passes over 1 GiB, the most expensive setting that libsodium names, take some seconds. */
  argon2Work: 4_194_304,
  argon2Lanes: 16,
  bcryptCost: 14,
  /** Rounds times blocks of the key. */
  pbkdf2Rounds: 10_000_000,
  scryptMemoryBytes: 268_435_456,
  /** N * r * p: four times the value of the floor takes about a second. */
  scryptWork: 4_194_304,
  scryptParallelism: 16,
  /** Of sha-crypt, phpass and Drupal, which are loops of our own. */
  digestRounds: 1_048_576,
  /** Bytes of a password that these loops hash in each round. libxcrypt and Drupal accept no more. */
  digestPasswordBytes: 512,
} as const
