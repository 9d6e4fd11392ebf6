/** The tutorial's users, tim and alice, each with an item. */
import { pbkdf2Sync } from 'node:crypto'
import type { User } from '../domain/user.ts'
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

/** Something for every scope of OpenID Connect to show. The telephone numbers are of the ranges kept for fiction. */
const timProfile: User['profile'] = {
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

const aliceProfile: User['profile'] = {
  given_name: 'Alice',
  family_name: 'Wonderland',
  locale: 'en-GB',
  zoneinfo: 'Europe/London',
  phone_number: '+44 1632 960123',
  phone_number_verified: false,
  address: { street_address: '3 Example Lane', locality: 'Oxford', postal_code: 'OX1 1AA', country: 'GB' },
}

/** Adds the demo's users and items where they are missing, and the claims where a former version left them out. */
export async function addDemoUsers(store: Store, random: Random, now: number): Promise<void> {
  const shared = {
    isDisabled: false,
    isDemo: true,
    tokensValidFrom: 0,
    createdAt: Math.floor(now),
    updatedAt: Math.floor(now),
  }
  await addWithItem(store, 1, {
    ...shared,
    id: 'tim',
    username: 'tim',
    email: 'tim@gmail.com',
    isEmailVerified: true,
    fullName: 'Tim Ruscica',
    profile: timProfile,
    passwordHash: timHash,
  })
  await addWithItem(store, 2, {
    ...shared,
    id: 'alice',
    username: 'alice',
    email: null,
    isEmailVerified: false,
    fullName: 'Alice Wonderland',
    profile: aliceProfile,
    passwordHash: hashAsPasslib('secret', random.bytes(16)),
  })
}

async function addWithItem(store: Store, itemId: number, user: User): Promise<void> {
  const [taken] = await store.users.findTaken([user])
  if (taken) {
    const { isEmailVerified, profile, updatedAt } = user
    const isBare = taken.isDemo && taken.id === user.id && Object.keys(taken.profile).length === 0
    if (isBare) await store.users.update(user.id, { isEmailVerified, profile }, updatedAt)
    return
  }
  try {
    await store.transaction(async ({ users, items }) => {
      await users.insert([user])
      await items.insert(itemId, user.id)
    })
  } catch (error) {
    // Another process that started at the same time was first.
    if (!isConflict(error)) throw error
  }
}

/** `pwd_context.hash(password)` of the first seed: the code that makes the hash when the store is first filled. */
function hashAsPasslib(password: string, salt: Uint8Array): string {
  const checksum = pbkdf2Sync(password, salt, passlibRounds, 32, 'sha256')
  return `$pbkdf2-sha256$${passlibRounds}$${adaptedBase64(salt)}$${adaptedBase64(checksum)}`
}

function adaptedBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replaceAll('+', '.').replaceAll('=', '')
}
