/** Hashes of exports that have the parts apart, as one text. A part that is impossible makes a text that `inspectHash` rejects. */

/** Keycloak, Okta. `key` has any length from 16 bytes. */
export function pbkdf2HashOf(parts: {
  readonly digest: 'sha1' | 'sha256' | 'sha512'
  readonly rounds: number
  readonly salt: Uint8Array
  readonly key: Uint8Array
}): string {
  const { digest, rounds, salt, key } = parts
  return `$pbkdf2-${digest}$i=${rounds},l=${key.length}$${unpadded(salt)}$${unpadded(key)}`
}

/** Keycloak. `version` is 16 (1.0) or 19 (1.3). */
export function argon2HashOf(parts: {
  readonly variant: 'argon2id' | 'argon2i' | 'argon2d'
  readonly version: number
  readonly memoryKib: number
  readonly passes: number
  readonly lanes: number
  readonly salt: Uint8Array
  readonly tag: Uint8Array
}): string {
  const { variant, version, memoryKib, passes, lanes, salt, tag } = parts
  return `$${variant}$v=${version}$m=${memoryKib},t=${passes},p=${lanes}$${unpadded(salt)}$${unpadded(tag)}`
}

/** Auth0. `checksum` has 32 or 64 bytes. */
export function scryptHashOf(parts: {
  readonly n: number
  readonly blockSize: number
  readonly parallelism: number
  readonly salt: Uint8Array
  readonly checksum: Uint8Array
}): string {
  const { n, blockSize, parallelism, salt, checksum } = parts
  return `$scrypt$ln=${Math.log2(n)},r=${blockSize},p=${parallelism}$${unpadded(salt)}$${unpadded(checksum)}`
}

/** Firebase: `hash_config` of the project, with `salt` and `passwordHash` of the user. */
export function firebaseHashOf(parts: {
  readonly memoryCost: number
  readonly rounds: number
  readonly saltSeparator: Uint8Array
  readonly signerKey: Uint8Array
  readonly salt: Uint8Array
  readonly passwordHash: Uint8Array
}): string {
  const { memoryCost, rounds, saltSeparator, signerKey, salt, passwordHash } = parts
  const project = `v=1,n=${memoryCost},r=${rounds},p=1,ss=${padded(saltSeparator)},sk=${padded(signerKey)}`
  return `$fbscrypt$${project}$${padded(salt)}$${padded(passwordHash)}`
}

/** Okta, Auth0: one digest of the salt and the password; `position` says where the salt is. It is weak. */
export function saltedDigestOf(parts: {
  readonly algorithm: 'md5' | 'sha1' | 'sha256' | 'sha512'
  readonly position: 'prefix' | 'suffix'
  readonly salt: Uint8Array
  readonly checksum: Uint8Array
}): string {
  const { algorithm, position, salt, checksum } = parts
  return `$digest$${algorithm},${position}$${unpadded(salt)}$${unpadded(checksum)}`
}

/** Meteor: what `services.password.bcrypt` or `services.password.argon2` has. */
export function meteorHashOf(hash: string): string {
  return `$meteor${hash}`
}

function padded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}

function unpadded(bytes: Uint8Array): string {
  return padded(bytes).replace(/=+$/, '')
}
