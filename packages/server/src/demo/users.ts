/** The tutorial's users, tim and alice, each with an item. */
import { pbkdf2Sync } from 'node:crypto'
import type { ProfileClaims } from '../domain/profile.ts'
import type { User, UserWithCredentials } from '../domain/user.ts'
import type { Random } from '../environment.ts'
import { isConflict } from '../store/errors.ts'
import type { Store } from '../store/open.ts'

export const demoLogins = [
  { username: 'tim', password: 'tim1234' },
  { username: 'alice', password: 'secret' },
] as const

/** The second seed's own hash of tim1234. */
const timHash = '$2b$12$2Ss8aodwv5mZjR1Ofee86.OgtdlekDXCtdB6xH.l/nUMd9K73tmXa'

/** passlib's default for pbkdf2_sha256, which the first seed uses. */
const passlibRounds = 29_000

/** Claims for every scope of OpenID Connect. The telephone numbers are from the ranges reserved for fiction. */
const timClaims: ProfileClaims = {
  given_name: 'Tim',
  family_name: 'Ruscica',
  nickname: 'tim',
  locale: 'en-CA',
  zoneinfo: 'America/Toronto',
  phone_number: '+1 416 555 0123',
  phone_number_verified: true,
  address: {
    street_address: '12 Example Street',
    locality: 'Toronto',
    region: 'ON',
    postal_code: 'M5V 0A1',
    country: 'CA',
  },
}

const aliceClaims: ProfileClaims = {
  given_name: 'Alice',
  family_name: 'Wonderland',
  locale: 'en-GB',
  zoneinfo: 'Europe/London',
  phone_number: '+44 1632 960123',
  phone_number_verified: false,
  address: { street_address: '3 Example Lane', locality: 'Oxford', postal_code: 'OX1 1AA', country: 'GB' },
}

/** Adds the demo's users and items that are missing, and the claims that an earlier version did not have. */
export async function addDemoUsers(store: Store, random: Random, now: number): Promise<void> {
  const updatedAt = Math.floor(now)
  const subject = { isDisabled: false, tokensValidFrom: 0, version: 1, createdAt: updatedAt }
  await addWithItem(store, 1, {
    subject: { ...subject, id: 'tim' },
    profile: {
      username: 'tim',
      email: 'tim@gmail.com',
      isEmailVerified: true,
      fullName: 'Tim Ruscica',
      claims: timClaims,
      updatedAt,
    },
    credentials: { passwordHash: timHash, isDemo: true },
  })
  await addWithItem(store, 2, {
    subject: { ...subject, id: 'alice' },
    profile: {
      username: 'alice',
      email: null,
      isEmailVerified: false,
      fullName: 'Alice Wonderland',
      claims: aliceClaims,
      updatedAt,
    },
    credentials: { passwordHash: hashAsPasslib('secret', random.bytes(16)), isDemo: true },
  })
}

async function addWithItem(store: Store, itemId: number, user: UserWithCredentials): Promise<void> {
  const { subject, profile } = user
  const [taken] = await store.users.findTaken([{ id: subject.id, username: profile.username }])
  if (taken) {
    if (await isBareDemoUser(store, taken, subject.id)) {
      const { isEmailVerified, claims, updatedAt } = profile
      await store.profiles.update(subject.id, { isEmailVerified, claims }, updatedAt)
    }
    return
  }
  try {
    await store.transaction(async ({ users, items }) => {
      await users.insert([user])
      await items.insert(itemId, subject.id)
    })
  } catch (error) {
    // Another process that started at the same time was first.
    if (!isConflict(error)) throw error
  }
}

async function isBareDemoUser(store: Store, { subject, profile }: User, id: string): Promise<boolean> {
  if (subject.id !== id || Object.keys(profile.claims).length > 0) return false
  return (await store.credentials.find(id))?.isDemo === true
}

/** `pwd_context.hash(password)` of the first seed, which hashes when it first fills the store. */
function hashAsPasslib(password: string, salt: Uint8Array): string {
  const checksum = pbkdf2Sync(password, salt, passlibRounds, 32, 'sha256')
  return `$pbkdf2-sha256$${passlibRounds}$${adaptedBase64(salt)}$${adaptedBase64(checksum)}`
}

function adaptedBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replaceAll('+', '.').replaceAll('=', '')
}
