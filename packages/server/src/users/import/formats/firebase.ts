/** Firebase: `firebase auth:export users.json`. https://firebase.google.com/docs/cli/auth#file_format */
import { firebaseHashOf } from '../../../passwords/from-parts.ts'
import type { Format } from '../format.ts'
import { membersOf } from '../record-members.ts'
import { rowOf } from './row.ts'

export const firebase: Format = {
  name: 'firebase',
  title: 'Firebase',
  recognises: (record) => 'localId' in record,
  read: (record, { firebaseHashes }) => {
    const members = membersOf(record)
    const hash = members.text('passwordHash')
    const salt = members.text('salt')
    if (hash !== undefined && firebaseHashes === undefined) {
      return {
        problem: 'has a hash whose parameters are not in the file: give those of the project with --hash-config',
      }
    }
    const email = members.text('email')
    const phone = members.text('phoneNumber')
    const customClaims = members.object('customAttributes')
    members.take('createdAt', 'lastSignedInAt', 'lastLoginAt', 'providerUserInfo', 'passwordUpdatedAt', 'version')
    return {
      row: rowOf({
        id: members.text('localId'),
        username: email ?? phone,
        email,
        email_verified: members.truth('emailVerified'),
        full_name: members.text('displayName'),
        picture: members.text('photoUrl'),
        phone_number: phone,
        // Firebase knows numbers only from a code that it sent.
        phone_number_verified: phone === undefined ? undefined : true,
        hashed_password:
          hash &&
          firebaseHashes &&
          firebaseHashOf({ ...firebaseHashes, salt: bytesOf(salt ?? ''), passwordHash: bytesOf(hash) }),
      }),
      rest: { ...members.rest(), customAttributes: customClaims },
    }
  },
}

/** Of base64; some exports have base64url, which Node decodes as well. */
function bytesOf(base64: string): Buffer {
  return Buffer.from(base64, 'base64')
}
