/** Published hashes: from passlib 1.7.4 (its documentation and tests), Django, argon2's reference tests, and OpenSSL 3.5's argon2. */

import { applicationsVectors } from './vectors/applications.ts'
import { frameworksVectors } from './vectors/frameworks.ts'
import { unixVectors } from './vectors/unix.ts'
import type { Vector } from './vectors/vector.ts'

const bcryptTail = 'abcdefghijklmnopqrstuughE8Ev8uGFaUgY2cNEySvxngrb/Jzdm'

const libraryVectors: readonly Vector[] = [
  {
    scheme: 'pbkdf2-sha256',
    password: 'password',
    hash: '$pbkdf2-sha256$29000$AAECAwQFBgcICQoLDA0ODw$oQniwjLkYbajNGr0RGSng8udgXKplgpN15LZNV56KTQ',
  },
  {
    scheme: 'pbkdf2-sha256',
    password: 'pä$$wörd€',
    hash: '$pbkdf2-sha256$1000$//77//77//77//77//77/w$cTxuZe8MgUywPA2GhVPsuLjT5nLHuwfkm44A6IiEr5I',
  },
  {
    scheme: 'pbkdf2-sha256',
    password: '',
    hash: '$pbkdf2-sha256$1$AAECAwQFBgcICQoLDA0ODw$xrdBO.u3Y72pYuXZTiQyfgfU2qnpfBTqQSa6S3zLDRY',
  },
  {
    scheme: 'pbkdf2-sha256',
    password: 'password',
    hash: '$pbkdf2-sha256$1000$$JpOWgdGZlaLO.3uQ0T4TQ/CbMPCrvQdBaiO5vDxbNTY',
  },
  {
    scheme: 'pbkdf2-sha512',
    password: 'password',
    hash: '$pbkdf2-sha512$25000$AAECAwQFBgcICQoLDA0ODw$EIJTJci4GjJFueYP2IMIxGIhpWd96facmk2yGdjyFsEUE2PrPNQnrnUVT5Ch.GNpbgjHYeabQn2L9uP6DGJOVw',
  },
  {
    scheme: 'pbkdf2-sha1',
    password: 'password',
    hash: '$pbkdf2$1000$AAECAwQFBgcICQoLDA0ODw$Awni/k4L3.fQ/kgo1BwjRBbi2b8',
  },
  { scheme: 'bcrypt', password: 'password', hash: '$2b$12$abcdefghijklmnopqrstuutwZ1IOTtu3SsEBT5lI/LFncP31tIybm' },
  { scheme: 'bcrypt', password: 'password', hash: `$2a$04$${bcryptTail}` },
  { scheme: 'bcrypt', password: 'password', hash: `$2b$04$${bcryptTail}` },
  { scheme: 'bcrypt', password: 'password', hash: `$2y$04$${bcryptTail}` },
  {
    scheme: 'bcrypt-sha256',
    password: 'password',
    hash: '$bcrypt-sha256$v=2,t=2b,r=4$abcdefghijklmnopqrstuu$6eeTxYH54oiZ0Z7.zjNaUH4ORExX7RG',
  },
  {
    scheme: 'bcrypt-sha256',
    password: 'password',
    hash: '$bcrypt-sha256$2a,5$5Hg1DKFqPE8C2aflZ5vVoe$12BjNE0p7axMg55.Y/mHsYiVuFBDQyu',
  },
  {
    scheme: 'bcrypt-sha256',
    password: 'password',
    hash: '$bcrypt-sha256$2b,5$5Hg1DKFqPE8C2aflZ5vVoe$12BjNE0p7axMg55.Y/mHsYiVuFBDQyu',
  },
  {
    scheme: 'bcrypt-sha256',
    password: `${'abc123'.repeat(12)}qwr`,
    hash: '$bcrypt-sha256$v=2,t=2b,r=5$X1g1nh3g0v4h6970O68cxe$CBF9csfEdW68xv3DwE6xSULXMtqEFP.',
  },
  {
    scheme: 'argon2id',
    password: 'password',
    hash: '$argon2id$v=19$m=19456,t=2,p=1$3jsnhNA6R+idE4KQ0loLAQ$xZipy0wYMfaUmWcjnk+/TSHuUUHgr/oL7w5icWG79+o',
  },
  {
    scheme: 'argon2id',
    password: 'password',
    hash: '$argon2id$v=19$m=256,t=2,p=4$c29tZXNhbHQ$vinRxJdZOVnNcB5c7v6Kb72ibZs4ksCM/yYeCpS6srE',
  },
  {
    scheme: 'argon2i',
    password: 'password',
    hash: '$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8',
  },
  {
    scheme: 'argon2i',
    password: 'password',
    hash: '$argon2i$m=256,t=2,p=1$c29tZXNhbHQ$/U3YPXYsSb3q9XxHvc0MLxur+GP960kN9j7emXX8zwY',
  },
  {
    scheme: 'argon2d',
    password: 'password',
    hash: '$argon2d$v=19$m=256,t=2,p=1$c29tZXNhbHQ$JcTui6RIBUtJ78gE5Hi52CO+H5vS6Z9R1uxAB6OhUB8',
  },
  {
    scheme: 'scrypt',
    password: 'password',
    hash: '$scrypt$ln=14,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$6iMJXpgeItuXSS3ial5ceU6o+LQA0aKIA8ORmTlhNMU',
  },
  {
    scheme: 'django-pbkdf2-sha256',
    password: 'password',
    hash: 'pbkdf2_sha256$1000$seasalt$YIWkt6M1JFXrHg5s0jZjBSc7C2Cz6QvchSJ0h8Y+i7c=',
  },
]

export const vectors: readonly Vector[] = [
  ...libraryVectors,
  ...frameworksVectors,
  ...applicationsVectors,
  ...unixVectors,
]

/** tim of the tutorial's recorded transcript (passlib 1.7.4, bcrypt). */
export const tim = {
  password: 'tim1234',
  hash: '$2b$12$2Ss8aodwv5mZjR1Ofee86.OgtdlekDXCtdB6xH.l/nUMd9K73tmXa',
} as const

/** A cheap well-formed hash of `password`, for tests that need any scheme. */
export const cheapHash = '$pbkdf2-sha256$1000$$JpOWgdGZlaLO.3uQ0T4TQ/CbMPCrvQdBaiO5vDxbNTY'

/** What a hash is recognised by, such as `{SSHA}` or `pbkdf2_sha256$`; empty for one that has no mark. */
export function beginningOf(hash: string): string {
  return /^(?:\$\w+)?(?:\{[^}]*\}|\$[^$]+\$|[a-z0-9_]+[$:])/.exec(hash)?.[0] ?? ''
}
