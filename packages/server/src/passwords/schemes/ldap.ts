/** The formats of LDAP's `userPassword` (RFC 2307 §5.3, RFC 3112): a name in braces, without a difference of case. */

import { createHash } from 'node:crypto'
import { fastCost, type Scheme } from '../scheme.ts'
import { argon2d, argon2i, argon2id } from './argon2.ts'
import { decodePaddedBase64 } from './base64.ts'
import { bcrypt } from './bcrypt.ts'
import { md5Crypt } from './md5-crypt.ts'
import { pbkdf2Sha1, pbkdf2Sha256, pbkdf2Sha512 } from './pbkdf2.ts'
import { prefixed } from './prefixed.ts'
import { sha256Crypt, sha512Crypt } from './sha-crypt.ts'

export const ldapCrypt: Scheme = prefixed({
  name: 'ldap-crypt',
  form: '{CRYPT} and a hash of crypt(3): $2b$, $5$, $6$ or $1$',
  writers: 'OpenLDAP',
  prefix: /^\{CRYPT\}(?!\$g?y\$|\$7\$|[^$])/i,
  schemes: [bcrypt, sha512Crypt, sha256Crypt, md5Crypt],
})

export const ldapArgon2: Scheme = prefixed({
  name: 'ldap-argon2',
  form: '{ARGON2}$argon2id$v=19$m=KIB,t=PASSES,p=LANES$salt$tag',
  writers: 'OpenLDAP',
  prefix: /^\{ARGON2\}/,
  schemes: [argon2id, argon2i, argon2d],
})

export const ldapPbkdf2: readonly Scheme[] = [
  ldapPbkdf2Of('PBKDF2', '$pbkdf2$', pbkdf2Sha1),
  ldapPbkdf2Of('PBKDF2-SHA1', '$pbkdf2$', pbkdf2Sha1),
  ldapPbkdf2Of('PBKDF2-SHA256', '$pbkdf2-sha256$', pbkdf2Sha256),
  ldapPbkdf2Of('PBKDF2-SHA512', '$pbkdf2-sha512$', pbkdf2Sha512),
]

/** passlib's format with another beginning. */
function ldapPbkdf2Of(name: string, passlibPrefix: string, scheme: Scheme): Scheme {
  const prefix = `{${name}}`
  return {
    name: `ldap-${name.toLowerCase()}`,
    form: `${prefix}ROUNDS$salt$checksum`,
    writers: 'OpenLDAP, passlib',
    recognises: (hash) => hash.startsWith(prefix),
    parse: (hash) => {
      const parsed = scheme.parse(passlibPrefix + hash.slice(prefix.length))
      return parsed && { ...parsed, blank: prefix + parsed.blank.slice(passlibPrefix.length) }
    },
  }
}

export const ldapDigests: readonly Scheme[] = [
  ldapDigest('md5', 'MD5', 16),
  ldapDigest('sha1', 'SHA', 20),
  ldapDigest('sha256', 'SHA256', 32),
  ldapDigest('sha384', 'SHA384', 48),
  ldapDigest('sha512', 'SHA512', 64),
]

/** One digest of the password and, with an `S` before the name, of a salt, which stands behind the digest. */
function ldapDigest(algorithm: string, name: string, bytes: number): Scheme {
  const plain = new RegExp(`^\\{${name}\\}`, 'i')
  const salted = new RegExp(`^\\{S${name}\\}`, 'i')
  return {
    name: `ldap-${algorithm}`,
    form: `{${name}}checksum or {S${name}}checksum-and-salt, in base64`,
    writers: 'OpenLDAP, 389 Directory Server, Dovecot, passlib',
    // Spring's {MD5} and {sha256} are hexadecimal.
    recognises: (hash) =>
      (plain.test(hash) || salted.test(hash)) && !/^\{MD5\}(\{|[0-9a-f]{32}$)|^\{sha256\}.*[^=]$/.test(hash),
    parse: (hash) => {
      const [prefix = ''] = plain.exec(hash) ?? salted.exec(hash) ?? []
      const value = /^[A-Za-z0-9+/]{22,1424}={0,2}$/.test(hash.slice(prefix.length))
        ? decodePaddedBase64(hash.slice(prefix.length))
        : undefined
      if (!value || value.length < bytes || plain.test(hash) !== (value.length === bytes)) return undefined
      const salt = value.subarray(bytes)
      return {
        ...fastCost,
        checksum: value.subarray(0, bytes),
        digest: (password) => createHash(algorithm).update(password).update(salt).digest(),
        blank: prefix + Buffer.concat([Buffer.alloc(bytes), salt]).toString('base64'),
      }
    },
  }
}

/** Spring Security's `LdapShaPasswordEncoder`. */
export const springLdap: Scheme = prefixed({
  name: 'spring-ldap',
  form: '{ldap}{SSHA}checksum-and-salt (also {ldap}{SHA})',
  writers: 'Spring Security',
  prefix: /^\{ldap\}/,
  schemes: ldapDigests,
})
