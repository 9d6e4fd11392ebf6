/** phpass's portable hashes (`$P$` of WordPress, `$H$` of phpBB), and Drupal 7's form of them with SHA-512 (`$S$`). */

import { hash as digestOf } from 'node:crypto'
import { cap, slow } from '../policy.ts'
import { blankEnd, fastCost, type ParsedHash, type Scheme } from '../scheme.ts'
import { encodeCrypt64, numberOf } from './crypt64.ts'

// The first character is log2 of the rounds, 7 to 30; then there are 8 of salt.
const md5Pattern = /^\$[PH]\$([5-9A-S])([./0-9A-Za-z]{8})([./0-9A-Za-z]{21}[./01])$/
// Drupal cuts the checksum at 55 characters of the whole.
const sha512Pattern = /^\$S\$([5-9A-S])([./0-9A-Za-z]{8})([./0-9A-Za-z]{43})$/

export const phpass: Scheme = {
  name: 'phpass',
  form: '$P$ and 31 characters (also $H$)',
  writers: 'WordPress before 6.8, phpBB 3, Joomla',
  recognises: (hash) => /^\$[PH]\$/.test(hash),
  parse: (hash) => {
    const parsed = parse(md5Pattern, 'md5', hash)
    return parsed && { ...parsed, ...fastCost, exceedsCap: parsed.exceedsCap }
  },
}

export const drupal: Scheme = {
  name: 'drupal',
  form: '$S$ and 52 characters',
  writers: 'Drupal 7 to 10.0',
  recognises: (hash) => hash.startsWith('$S$'),
  parse: (hash) => parse(sha512Pattern, 'sha512', hash),
}

function parse(pattern: RegExp, algorithm: 'md5' | 'sha512', hash: string): ParsedHash | undefined {
  const [, logRounds, salt, checksum] = pattern.exec(hash) ?? []
  if (!logRounds || !salt || !checksum) return undefined
  const rounds = 2 ** numberOf(logRounds)
  return {
    isWeak: rounds < slow.digestRounds,
    // ASVS 11.4.2 does not have it among the approved functions.
    isBelowFloor: true,
    exceedsCap: rounds > cap.digestRounds,
    checksum: Buffer.from(checksum),
    digest: (text) => {
      const password = Buffer.from(text)
      if (password.length > cap.digestPasswordBytes) return undefined
      let value = digestOf(algorithm, Buffer.concat([Buffer.from(salt), password]), 'buffer')
      for (let round = 0; round < rounds; round++) {
        value = digestOf(algorithm, Buffer.concat([value, password]), 'buffer')
      }
      return Buffer.from(encodeCrypt64(value).slice(0, checksum.length))
    },
    blank: blankEnd(hash, checksum.length, '.'),
  }
}
