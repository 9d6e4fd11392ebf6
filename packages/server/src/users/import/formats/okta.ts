/** Okta: users of its API, `GET /api/v1/users`. https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/ */
import { isJsonObject, type JsonObject } from '@countersign/guard/strict-json'
import { pbkdf2HashOf, saltedDigestOf } from '../../../passwords/from-parts.ts'
import type { Format } from '../format.ts'
import { membersOf, textOf } from '../record-members.ts'
import { asNumber, asText } from '../values.ts'
import { fullNameOf, localeOf, rowOf } from './row.ts'

export const okta: Format = {
  name: 'okta',
  title: 'Okta',
  recognises: ({ profile, status }) => isJsonObject(profile) && 'login' in profile && typeof status === 'string',
  read: (record) => {
    const members = membersOf(record)
    const profile = membersOf(members.object('profile'))
    const { password } = members.object('credentials')
    const hash = isJsonObject(password) && isJsonObject(password['hash']) ? hashOf(password['hash']) : undefined
    const given = profile.text('firstName')
    const family = profile.text('lastName')
    // The links name what may be done with the user, such as `suspend`.
    members.take(
      '_links',
      '_embedded',
      'type',
      'created',
      'statusChanged',
      'lastLogin',
      'lastUpdated',
      'passwordChanged',
    )
    members.take('activated', 'realmId', 'transitioningToStatus')
    return {
      row: rowOf({
        id: members.text('id'),
        username: profile.text('login'),
        email: profile.text('email'),
        full_name: profile.text('displayName') ?? fullNameOf(given, family),
        given_name: given,
        family_name: family,
        middle_name: profile.text('middleName'),
        nickname: profile.text('nickName'),
        phone_number: profile.text('mobilePhone', 'primaryPhone'),
        locale: localeOf(profile.text('locale')),
        zoneinfo: profile.text('timezone'),
        hashed_password: hash,
      }),
      rest: { ...members.rest(), profile: profile.rest() },
    }
  },
}

const digests: Readonly<Record<string, 'sha1' | 'sha256' | 'sha512'>> = {
  SHA1_HMAC: 'sha1',
  SHA256_HMAC: 'sha256',
  SHA512_HMAC: 'sha512',
}

const algorithms: Readonly<Record<string, 'md5' | 'sha1' | 'sha256' | 'sha512'>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-512': 'sha512',
}

/**
 * As in a request that creates users: the API does not return hashes. An algorithm that is not known is in the hash by its name, and no
 * scheme recognises it.
 */
function hashOf(hash: JsonObject): string {
  const name = asText(hash['algorithm'])
  const [saltText = '', valueText = ''] = [hash['salt'], hash['value']].map((part) => textOf(part) ?? '')
  if (name === 'BCRYPT') return `$2b$${asText(hash['workFactor']).padStart(2, '0')}$${saltText}${valueText}`
  const [salt, key] = [Buffer.from(saltText, 'base64'), Buffer.from(valueText, 'base64')]
  const digest = digests[asText(hash['digestAlgorithm'])]
  if (name === 'PBKDF2' && digest) return pbkdf2HashOf({ digest, rounds: asNumber(hash['iterationCount']), salt, key })
  const algorithm = algorithms[name]
  if (!algorithm) return `{${name}}`
  const position = hash['saltOrder'] === 'POSTFIX' ? 'suffix' : 'prefix'
  return saltText === '' ? key.toString('hex') : saltedDigestOf({ algorithm, position, salt, checksum: key })
}
