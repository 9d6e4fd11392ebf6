/** argon2 (RFC 9106) in PHC strings, `$argon2id$v=19$m=19456,t=2,p=1$salt$tag`. New hashes are argon2id. */

import { hashRawSync, hashSync } from '@node-rs/argon2'
import { cap, defaultCost, floor, slow } from '../policy.ts'
import { blankEnd, type ParsedHash, type Scheme } from '../scheme.ts'
import { decodeBase64 } from './base64.ts'

// The library's numbers: code that is only type-stripped cannot import its `const enum`s.
const algorithms = { argon2d: 0, argon2i: 1, argon2id: 2 } as const
const versions = { 16: 0, 19: 1 } as const

type Variant = keyof typeof algorithms

interface Argon2Hash {
  readonly variant: Variant
  readonly version: keyof typeof versions
  readonly memoryKib: number
  readonly passes: number
  readonly lanes: number
  readonly salt: Uint8Array
  readonly tag: Uint8Array
  /** The tag in base64. */
  readonly tagText: string
}

// RFC 9106 §3.1: a salt has at least 8 bytes. A tag below 16 bytes could be guessed, and no program writes one.
const pattern =
  /^\$argon2(?:id|i|d)(?:\$v=(16|19))?\$m=([1-9]\d{0,9}),t=([1-9]\d{0,9}),p=([1-9]\d{0,7})\$([A-Za-z0-9+/]{11,1366})\$([A-Za-z0-9+/]{22,1366})$/

/** The scheme of new hashes (RFC 9106 §4: the variant that every implementation must support). */
export const argon2id: Scheme = scheme('argon2id')
export const argon2i: Scheme = scheme('argon2i')
export const argon2d: Scheme = scheme('argon2d')

function scheme(variant: Variant): Scheme {
  const prefix = `$${variant}$`
  return {
    name: variant,
    form: `${prefix}v=19$m=KIB,t=PASSES,p=LANES$salt$tag`,
    writers: 'argon2-cffi, pwdlib, passlib, PHP, Laravel, Keycloak',
    recognises: (hash) => hash.startsWith(prefix),
    parse: (hash) => {
      const parsed = hash.startsWith(prefix) ? parse(hash, variant) : undefined
      return parsed && describe(parsed, hash)
    },
  }
}

function parse(hash: string, variant: Variant): Argon2Hash | undefined {
  const [, version, memory, passes, lanes, saltText, tagText] = pattern.exec(hash) ?? []
  const salt = decodeBase64(saltText ?? '')
  const tag = decodeBase64(tagText ?? '')
  if (!memory || !passes || !lanes || !salt || !tag || !tagText) return undefined
  // RFC 9106 §3.1: at least 8 KiB of memory for each lane, and at most 2^24 - 1 lanes.
  if (Number(memory) < 8 * Number(lanes) || Number(lanes) >= 2 ** 24) return undefined
  return {
    variant,
    // A hash without a version is from argon2 1.0, which is 0x10.
    version: version === '19' ? 19 : 16,
    memoryKib: Number(memory),
    passes: Number(passes),
    lanes: Number(lanes),
    salt,
    tag,
    tagText,
  }
}

function describe(parsed: Argon2Hash, hash: string): ParsedHash {
  const { memoryKib, passes, lanes } = parsed
  const leastMemory = floor.argon2MemoryKib[passes === 1 || passes === 2 ? passes : 3]
  return {
    isWeak: memoryKib * passes < slow.argon2Work,
    isBelowFloor: memoryKib < leastMemory || parsed.version !== 19,
    exceedsCap:
      memoryKib > cap.argon2MemoryKib ||
      passes > cap.argon2Passes ||
      memoryKib * passes > cap.argon2Work ||
      lanes > cap.argon2Lanes,
    checksum: parsed.tag,
    digest: (password) => run(parsed, password),
    blank: blankEnd(hash, parsed.tagText.length, 'A'),
  }
}

type Argon2Run = Omit<Argon2Hash, 'tag' | 'tagText'> & { readonly tag: Pick<Uint8Array, 'length'> }

function run(hash: Argon2Run, password: string): Buffer {
  return hashRawSync(password, {
    algorithm: algorithms[hash.variant],
    version: versions[hash.version],
    memoryCost: hash.memoryKib,
    timeCost: hash.passes,
    parallelism: hash.lanes,
    salt: hash.salt,
    outputLen: hash.tag.length,
  })
}

/** Hashes the exact text. Returns an argon2id PHC string with the default cost and a new salt of 16 bytes. */
export function hashArgon2id(text: string): string {
  return hashSync(text, {
    algorithm: algorithms.argon2id,
    memoryCost: defaultCost.memoryKib,
    timeCost: defaultCost.passes,
    parallelism: defaultCost.lanes,
  })
}

const dummy: Argon2Run = {
  variant: 'argon2id',
  version: 19,
  ...defaultCost,
  salt: Buffer.alloc(16),
  tag: Buffer.alloc(32),
}

/** Takes the same time as the check of a default hash: for users without a hash. */
export function runDummy(password: string): void {
  run(dummy, password)
}
