/** Okta: users of its API, `GET /api/v1/users`. https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/ */
import { isJsonObject, type JsonObject } from '@countersign/guard/strict-json'
import type { Format } from '../format.ts'
import { membersOf, textOf } from '../record-members.ts'
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

/** As in a request that creates users. The API does not return hashes; Okta's support exports them in this form. */
function hashOf({ algorithm, workFactor, salt, value, digestAlgorithm, iterationCount }: JsonObject): string {
  const [saltText, valueText] = [salt, value].map((part) => textOf(part) ?? '')
  if (algorithm === 'BCRYPT') return `$2b$${String(workFactor).padStart(2, '0')}$${saltText}${valueText}`
  const digest = /^SHA(1|256|512)_HMAC$/.exec(String(digestAlgorithm))?.[1]
  if (algorithm !== 'PBKDF2' || digest === undefined) return `{${String(algorithm)}}`
  const parts = [saltText, valueText].map((part) => part?.replace(/=+$/, ''))
  return `$pbkdf2-sha${digest}$i=${Number(iterationCount)}$${parts.join('$')}`
}
