/** The user who logs in for the conformance suite, with a value for every standard claim (OIDC Core §5.1). */
import type { ProfileClaims } from '../../../packages/server/src/domain/profile.ts'
import type { UserWithCredentials } from '../../../packages/server/src/domain/user.ts'

export const username = 'conformance'
export const password = 'a password of the conformance tests'

export const claims: ProfileClaims = {
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
export function conformanceUser(passwordHash: string, now: number): UserWithCredentials {
  return {
    subject: { id: 'conformance-user', isDisabled: false, tokensValidFrom: 0, version: 1, createdAt: now },
    profile: {
      username,
      email: 'kim@people.example',
      isEmailVerified: true,
      fullName: 'Kim Robin Example',
      claims,
      updatedAt: now,
    },
    credentials: { passwordHash, isDemo: false },
  }
}
