/**
 * Firebase's modified scrypt: the key that scrypt makes of the password encrypts the signer key of the project. The text form is that of
 * Supabase Auth, since Firebase exports the parts apart: `$fbscrypt$v=1,n=14,r=8,p=1,ss=separator,sk=signer key$salt$checksum`.
 */

import { createCipheriv } from 'node:crypto'
import { blankEnd, type Scheme } from '../scheme.ts'
import { decodePaddedBase64 } from './base64.ts'
import { describeScrypt } from './scrypt.ts'

const base64 = (most: number) => `[A-Za-z0-9+/]{0,${most}}={0,2}`
const pattern = new RegExp(
  `^\\$fbscrypt\\$v=1,n=([1-9]|[12][0-9]|3[01]),r=([1-9][0-9]{0,2}),p=([1-9][0-9]{0,2}),ss=(${base64(90)}),sk=(${base64(90)})\\$(${base64(1366)})\\$(${base64(90)})$`,
)
const aesKeyBytes = 32

export const firebase: Scheme = {
  name: 'firebase-scrypt',
  form: '$fbscrypt$v=1,n=MEMORY_COST,r=ROUNDS,p=1,ss=SALT_SEPARATOR,sk=SIGNER_KEY$salt$checksum, in padded base64',
  writers: 'Supabase; here for Firebase, whose export has the parts apart',
  recognises: (hash) => hash.startsWith('$fbscrypt$'),
  parse: (hash) => {
    const [, memoryCost, rounds, parallelism, separatorText, signerKeyText, saltText, checksumText] =
      pattern.exec(hash) ?? []
    const separator = decodePaddedBase64(separatorText ?? '')
    const signerKey = decodePaddedBase64(signerKeyText ?? '')
    const salt = decodePaddedBase64(saltText ?? '')
    const checksum = decodePaddedBase64(checksumText ?? '')
    if (!memoryCost || !checksumText || !separator || !signerKey || !salt || !checksum) return undefined
    // The checksum is the encrypted signer key. Firebase's has 64 bytes; one below 16 could be guessed.
    if (checksum.length !== signerKey.length || checksum.length < 16) return undefined
    const costs = { logN: Number(memoryCost), blockSize: Number(rounds), parallelism: Number(parallelism) }
    const key = { salt: Buffer.concat([salt, separator]), checksum: Buffer.alloc(aesKeyBytes) }
    const padding = /=*$/.exec(checksumText)?.[0] ?? ''
    const digits = checksumText.length - padding.length
    const scrypt = describeScrypt(
      { ...costs, ...key },
      blankEnd(hash.slice(0, hash.length - padding.length), digits, 'A') + padding,
    )
    return (
      scrypt && {
        ...scrypt,
        checksum,
        digest: (password) => {
          const aesKey = scrypt.digest(password)
          // CTR does not pad, so final() has nothing to add.
          return aesKey && createCipheriv('aes-256-ctr', aesKey, Buffer.alloc(16)).update(signerKey)
        },
      }
    )
  },
}
