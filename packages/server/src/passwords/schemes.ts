/** The tables of the password hash formats that can be verified. */

import type { Scheme } from './scheme.ts'
import { argon2d, argon2i, argon2id } from './schemes/argon2.ts'
import { aspnetIdentityV2, aspnetIdentityV3 } from './schemes/aspnet-identity.ts'
import { bcrypt } from './schemes/bcrypt.ts'
import { bcryptSha256 } from './schemes/bcrypt-sha256.ts'
import { betterAuth } from './schemes/better-auth.ts'
import { hexDigests, saltedDigest } from './schemes/digest.ts'
import {
  djangoArgon2,
  djangoBcrypt,
  djangoBcryptSha256,
  djangoMd5,
  djangoPbkdf2Sha1,
  djangoPbkdf2Sha256,
  djangoScrypt,
  djangoSha1,
} from './schemes/django.ts'
import { firebase } from './schemes/firebase.ts'
import { ldapArgon2, ldapCrypt, ldapDigests, ldapPbkdf2, springLdap } from './schemes/ldap.ts'
import { apr1Crypt, md5Crypt } from './schemes/md5-crypt.ts'
import { meteor } from './schemes/meteor.ts'
import { pbkdf2Sha1, pbkdf2Sha256, pbkdf2Sha512 } from './schemes/pbkdf2.ts'
import { pbkdf2Phc } from './schemes/pbkdf2-phc.ts'
import { drupal, phpass } from './schemes/phpass.ts'
import { scrypt } from './schemes/scrypt.ts'
import { sha256Crypt, sha512Crypt } from './schemes/sha-crypt.ts'
import { springArgon2, springBcrypt, springPbkdf2, springScrypt } from './schemes/spring.ts'
import { springDigest, springSha256 } from './schemes/spring-digest.ts'
import { werkzeugPbkdf2, werkzeugScrypt } from './schemes/werkzeug.ts'
import { wordpressBcrypt } from './schemes/wordpress.ts'
import { wrappedOf } from './schemes/wrapped.ts'

/** Formats whose cost can be high enough, the default first. */
const slowFormats: readonly Scheme[] = [
  argon2id,
  argon2i,
  argon2d,
  bcrypt,
  bcryptSha256,
  pbkdf2Sha256,
  pbkdf2Sha512,
  pbkdf2Sha1,
  pbkdf2Phc,
  scrypt,
  djangoPbkdf2Sha256,
  djangoPbkdf2Sha1,
  djangoArgon2,
  djangoBcrypt,
  djangoBcryptSha256,
  djangoScrypt,
  werkzeugScrypt,
  werkzeugPbkdf2,
  springBcrypt,
  springArgon2,
  springPbkdf2,
  springScrypt,
  aspnetIdentityV3,
  aspnetIdentityV2,
  firebase,
  betterAuth,
  meteor,
  wordpressBcrypt,
  drupal,
  sha512Crypt,
  sha256Crypt,
  ldapCrypt,
  ldapArgon2,
  ...ldapPbkdf2,
]

/** Formats that are weak at any cost: one digest, or rounds of MD5. */
export const fastSchemes: readonly Scheme[] = [
  phpass,
  md5Crypt,
  apr1Crypt,
  ...ldapDigests,
  springSha256,
  springDigest,
  springLdap,
  djangoSha1,
  djangoMd5,
  saltedDigest,
  ...hexDigests,
]

const wrapped = wrappedOf([...slowFormats, ...fastSchemes])

export const slowSchemes: readonly Scheme[] = [...slowFormats, wrapped]

/** All formats. No two recognise the same hash. */
export const schemes: readonly Scheme[] = [...slowSchemes, ...fastSchemes]

/** Finds the format of a stored hash by its prefix. */
export function identify(hash: string): Scheme | undefined {
  return schemes.find((scheme) => scheme.recognises(hash))
}
