/** Django's formats: `algorithm$` and what the algorithm needs, with the salt as plain text. */

import { createHash } from 'node:crypto'
import { blankEnd, fastCost, type Scheme } from '../scheme.ts'
import { argon2d, argon2i, argon2id } from './argon2.ts'
import { decodePaddedBase64 } from './base64.ts'
import { bcrypt } from './bcrypt.ts'
import { describePbkdf2, digestBytes } from './pbkdf2.ts'
import { prefixed } from './prefixed.ts'
import { describeScrypt, logOf } from './scrypt.ts'

/** Visible ASCII without the separator, as the source of a regular expression. */
export const textSalt = '[!-#%-~]{1,1024}'

export const djangoPbkdf2Sha256: Scheme = djangoPbkdf2('sha256', 43)
export const djangoPbkdf2Sha1: Scheme = djangoPbkdf2('sha1', 27)

/** `characters` are those of the checksum in base64, before one of padding. */
function djangoPbkdf2(digest: 'sha1' | 'sha256', characters: number): Scheme {
  const prefix = `pbkdf2_${digest}$`
  const pattern = new RegExp(`^pbkdf2_${digest}\\$([1-9][0-9]{0,9})\\$(${textSalt})\\$([A-Za-z0-9+/]{${characters}}=)$`)
  return {
    name: `django-pbkdf2-${digest}`,
    form: `${prefix}ROUNDS$salt$checksum`,
    writers: 'Django',
    recognises: (hash) => hash.startsWith(prefix),
    parse: (hash) => {
      const [, rounds, salt, checksumText] = pattern.exec(hash) ?? []
      const checksum = decodePaddedBase64(checksumText ?? '')
      if (!rounds || !salt || checksum?.length !== digestBytes[digest]) return undefined
      const parts = { digest, rounds: Number(rounds), salt: Buffer.from(salt), checksum }
      return describePbkdf2(parts, `${blankEnd(hash.slice(0, -1), characters, 'A')}=`)
    },
  }
}

export const djangoArgon2: Scheme = prefixed({
  name: 'django-argon2',
  form: 'argon2$argon2id$v=19$m=KIB,t=PASSES,p=LANES$salt$tag',
  writers: 'Django',
  prefix: /^argon2(?=\$)/,
  schemes: [argon2id, argon2i, argon2d],
})

export const djangoBcrypt: Scheme = prefixed({
  name: 'django-bcrypt',
  form: 'bcrypt$$2b$COST$ and 53 characters',
  writers: 'Django',
  prefix: /^bcrypt\$/,
  schemes: [bcrypt],
})

/** bcrypt over 64 hexadecimal characters, so without the limit of 72 bytes. */
export const djangoBcryptSha256: Scheme = prefixed({
  name: 'django-bcrypt-sha256',
  form: 'bcrypt_sha256$$2b$COST$ and 53 characters',
  writers: 'Django',
  prefix: /^bcrypt_sha256\$/,
  schemes: [bcrypt],
  prepare: (password) => createHash('sha256').update(password).digest('hex'),
})

const scryptPattern = new RegExp(
  `^scrypt\\$([1-9][0-9]{0,9})\\$(${textSalt})\\$([1-9][0-9]{0,8})\\$([1-9][0-9]{0,8})\\$([A-Za-z0-9+/]{86}==)$`,
)

export const djangoScrypt: Scheme = {
  name: 'django-scrypt',
  form: 'scrypt$N$salt$BLOCK_SIZE$PARALLELISM$checksum',
  writers: 'Django',
  recognises: (hash) => hash.startsWith('scrypt$'),
  parse: (hash) => {
    const [, n, salt, blockSize, parallelism, checksumText] = scryptPattern.exec(hash) ?? []
    const logN = logOf(n ?? '')
    const checksum = decodePaddedBase64(checksumText ?? '')
    if (!logN || !salt || !checksum) return undefined
    const costs = { logN, blockSize: Number(blockSize), parallelism: Number(parallelism) }
    const blank = `${blankEnd(hash.slice(0, -2), 86, 'A')}==`
    return describeScrypt({ ...costs, salt: Buffer.from(salt), checksum }, blank)
  },
}

export const djangoMd5: Scheme = djangoDigest('md5', 32)
export const djangoSha1: Scheme = djangoDigest('sha1', 40)

/** One digest of the salt and the password. Before Django 1.4 the salt could be empty. */
function djangoDigest(algorithm: 'md5' | 'sha1', characters: number): Scheme {
  const pattern = new RegExp(`^${algorithm}\\$((?:${textSalt})?)\\$([0-9a-f]{${characters}})$`)
  return {
    name: `django-${algorithm}`,
    form: `${algorithm}$salt$checksum`,
    writers: 'Django',
    recognises: (hash) => hash.startsWith(`${algorithm}$`),
    parse: (hash) => {
      const [, salt, checksum] = pattern.exec(hash) ?? []
      if (salt === undefined || !checksum) return undefined
      return {
        ...fastCost,
        checksum: Buffer.from(checksum, 'hex'),
        digest: (password) => createHash(algorithm).update(salt).update(password).digest(),
        blank: blankEnd(hash, characters, '0'),
      }
    },
  }
}
