/** The table of the password hash formats that can be verified. */

import type { Scheme } from './scheme.ts'
import { argon2d, argon2i, argon2id } from './schemes/argon2.ts'
import { bcrypt } from './schemes/bcrypt.ts'
import { bcryptSha256 } from './schemes/bcrypt-sha256.ts'
import { djangoPbkdf2Sha256 } from './schemes/django-pbkdf2.ts'
import { pbkdf2Sha1, pbkdf2Sha256, pbkdf2Sha512 } from './schemes/pbkdf2.ts'
import { scrypt } from './schemes/scrypt.ts'

/** All formats, the default first. No prefix is the beginning of another. */
export const schemes: readonly Scheme[] = [
  argon2id,
  argon2i,
  argon2d,
  bcrypt,
  bcryptSha256,
  pbkdf2Sha256,
  pbkdf2Sha512,
  pbkdf2Sha1,
  djangoPbkdf2Sha256,
  scrypt,
]

/** Finds the format of a stored hash by its prefix. */
export function identify(hash: string): Scheme | undefined {
  return schemes.find((scheme) => scheme.recognises(hash))
}
