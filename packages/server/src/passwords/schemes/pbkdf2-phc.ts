/** PBKDF2 as a PHC string, `$pbkdf2-sha256$i=27500,l=64$salt$key`: salt and key in unpadded base64, a key of any length. */

import type { Scheme } from '../scheme.ts'
import { blankEnd } from '../scheme.ts'
import { decodeBase64 } from './base64.ts'
import { describePbkdf2, type Pbkdf2Digest } from './pbkdf2.ts'

const digests: Readonly<Record<string, Pbkdf2Digest>> = { sha1: 'sha1', sha256: 'sha256', sha512: 'sha512' }

// A key below 16 bytes could be guessed. The length is optional: the key shows it.
const pattern =
  /^\$pbkdf2-(sha1|sha256|sha512)\$i=([1-9][0-9]{0,9})(?:,l=([1-9][0-9]{1,2}))?\$([A-Za-z0-9+/]{0,1366})\$([A-Za-z0-9+/]{22,171})$/

export const pbkdf2Phc: Scheme = {
  name: 'pbkdf2-phc',
  form: '$pbkdf2-sha256$i=ROUNDS,l=KEY_LENGTH$salt$key (also -sha1 and -sha512)',
  writers: 'Auth0; here for Keycloak and Okta, whose exports have the parts apart',
  recognises: (hash) => /^\$pbkdf2-sha(1|256|512)\$i=/.test(hash),
  parse: (hash) => {
    const [, name = '', rounds, length, saltText, keyText] = pattern.exec(hash) ?? []
    const digest = digests[name]
    const salt = decodeBase64(saltText ?? '')
    const checksum = decodeBase64(keyText ?? '')
    if (!digest || !rounds || !keyText || !salt || !checksum) return undefined
    if (length !== undefined && Number(length) !== checksum.length) return undefined
    return describePbkdf2({ digest, rounds: Number(rounds), salt, checksum }, blankEnd(hash, keyText.length, 'A'))
  },
}
