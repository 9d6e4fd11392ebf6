/** Werkzeug's formats, of Flask applications: the costs are behind colons, the salt is plain text, the checksum is hexadecimal. */

import { blankEnd, type Scheme } from '../scheme.ts'
import { textSalt } from './django.ts'
import { describePbkdf2, digestBytes, type Pbkdf2Digest } from './pbkdf2.ts'
import { describeScrypt, logOf } from './scrypt.ts'

const digests: Readonly<Record<string, Pbkdf2Digest>> = { sha1: 'sha1', sha256: 'sha256', sha512: 'sha512' }

const pbkdf2Pattern = new RegExp(
  `^pbkdf2:(sha1|sha256|sha512):([1-9][0-9]{0,9})\\$(${textSalt})\\$((?:[0-9a-f]{2}){20,64})$`,
)

export const werkzeugPbkdf2: Scheme = {
  name: 'werkzeug-pbkdf2',
  form: 'pbkdf2:sha256:ROUNDS$salt$checksum (also sha1 and sha512)',
  writers: 'Werkzeug, Flask',
  recognises: (hash) => hash.startsWith('pbkdf2:'),
  parse: (hash) => {
    const [, name = '', rounds, salt, checksumText] = pbkdf2Pattern.exec(hash) ?? []
    const digest = digests[name]
    const checksum = Buffer.from(checksumText ?? '', 'hex')
    if (!digest || !rounds || !salt || checksum.length !== digestBytes[digest]) return undefined
    const parts = { digest, rounds: Number(rounds), salt: Buffer.from(salt), checksum }
    return describePbkdf2(parts, blankEnd(hash, 2 * checksum.length, '0'))
  },
}

const scryptPattern = new RegExp(
  `^scrypt:([1-9][0-9]{0,9}):([1-9][0-9]{0,8}):([1-9][0-9]{0,8})\\$(${textSalt})\\$([0-9a-f]{128})$`,
)

export const werkzeugScrypt: Scheme = {
  name: 'werkzeug-scrypt',
  form: 'scrypt:N:BLOCK_SIZE:PARALLELISM$salt$checksum',
  writers: 'Werkzeug, Flask',
  recognises: (hash) => hash.startsWith('scrypt:'),
  parse: (hash) => {
    const [, n, blockSize, parallelism, salt, checksum] = scryptPattern.exec(hash) ?? []
    const logN = logOf(n ?? '')
    if (!logN || !salt || !checksum) return undefined
    const costs = { logN, blockSize: Number(blockSize), parallelism: Number(parallelism) }
    const bytes = { salt: Buffer.from(salt), checksum: Buffer.from(checksum, 'hex') }
    return describeScrypt({ ...costs, ...bytes }, blankEnd(hash, checksum.length, '0'))
  },
}
