/** Django's PBKDF2, `pbkdf2_sha256$600000$salt$checksum`: the salt is plain text, the checksum is padded base64. */

import type { Scheme } from '../scheme.ts'
import { decodeBase64 } from './base64.ts'
import { describePbkdf2 } from './pbkdf2.ts'

// 32 bytes are 43 characters and one of padding. A salt is visible ASCII without the separator.
const pattern = /^pbkdf2_sha256\$([1-9][0-9]{0,9})\$([!-#%-~]{1,1024})\$([A-Za-z0-9+/]{43})=$/

export const djangoPbkdf2Sha256: Scheme = {
  name: 'django-pbkdf2-sha256',
  format: 'pbkdf2_sha256$ROUNDS$salt$checksum',
  recognises: (hash) => hash.startsWith('pbkdf2_sha256$'),
  parse: (hash) => {
    const [, rounds, salt, checksum] = pattern.exec(hash) ?? []
    if (!rounds || !salt || !checksum) return undefined
    return describePbkdf2('django-pbkdf2-sha256', 'sha256', rounds, Buffer.from(salt, 'ascii'), decodeBase64(checksum))
  },
}
