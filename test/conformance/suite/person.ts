/** Who logs in when the conformance suite asks: somebody about whom every standard claim can be told (OIDC Core §5.1). */
import type { User } from '../../../packages/server/src/domain/user.ts'

export const username = 'conformance'
export const password = 'a password of the conformance tests'

export const profile: User['profile'] = {
  given_name: 'Kim',
  family_name: 'Example',
  middle_name: 'Robin',
  nickname: 'Kimmy',
  profile: 'https://people.example/kim',
  picture: 'https://people.example/kim.png',
  website: 'https://kim.example',
  gender: 'unspecified',
  birthdate: '1990-07-14',
  zoneinfo: 'Europe/Berlin',
  locale: 'en-GB',
  phone_number: '+49 30 123456',
  phone_number_verified: true,
  address: {
    formatted: 'Beispielweg 1\n10115 Berlin\nGermany',
    street_address: 'Beispielweg 1',
    locality: 'Berlin',
    region: 'Berlin',
    postal_code: '10115',
    country: 'Germany',
  },
}

/** The user, with the hash of `password`. */
export function conformanceUser(passwordHash: string, now: number): User {
  return {
    id: 'conformance-user',
    username,
    email: 'kim@people.example',
    isEmailVerified: true,
    fullName: 'Kim Robin Example',
    profile,
    passwordHash,
    isDisabled: false,
    isDemo: false,
    tokensValidFrom: 0,
    createdAt: now,
    updatedAt: now,
  }
}
