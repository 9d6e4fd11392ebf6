/**
 * Keycloak: the users of a realm's export, `kc.sh export`, in one file or in `*-users-0.json`.
 * https://www.keycloak.org/docs-api/latest/rest-api/index.html#UserRepresentation
 */
import { isJsonObject, type JsonObject, parseStrictJson } from '@countersign/guard/strict-json'
import { keycloakHashOf } from '../../../passwords/keycloak-hash.ts'
import type { Format } from '../format.ts'
import { membersOf, textOf } from '../record-members.ts'
import { asText } from '../values.ts'
import { fullNameOf, hasMembers, localeOf, rowOf } from './row.ts'

export const keycloak: Format = {
  name: 'keycloak',
  title: 'Keycloak',
  recognises: (record) =>
    hasMembers(record, 'username', 'enabled', 'disableableCredentialTypes') ||
    hasMembers(record, 'username', 'enabled', 'credentials', 'requiredActions') ||
    hasMembers(record, 'username', 'enabled', 'serviceAccountClientId'),
  read: (record) => {
    const members = membersOf(record)
    // The account of a client, not of a person.
    if (members.text('serviceAccountClientId') !== undefined) return undefined
    const actions = listOf(members.take('requiredActions'))
    const hash = hashOf(listOf(members.take('credentials')))
    const attributes = membersOf(members.object('attributes'))
    const given = members.text('firstName')
    const family = members.text('lastName')
    // Which of the credentials may be switched off; tokens that are revoked; counters.
    members.take('disableableCredentialTypes', 'notBefore', 'createdTimestamp', 'totp', 'self', 'origin', 'access')
    return {
      row: rowOf({
        id: members.text('id'),
        username: members.text('username'),
        email: members.text('email'),
        email_verified: members.truth('emailVerified'),
        full_name: fullNameOf(given, family),
        given_name: given,
        family_name: family,
        locale: localeOf(textOf(listOf(attributes.take('locale'))[0])),
        // A temporary password, which somebody else knows, is none.
        hashed_password: actions.includes('UPDATE_PASSWORD') ? undefined : hash,
      }),
      rest: {
        ...members.rest(),
        attributes: attributes.rest(),
        // Keycloak lets nobody in before.
        ...(actions.includes('VERIFY_EMAIL') && { unconfirmed: true }),
      },
    }
  },
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** Of the password among the credentials. What is no hash of ours is in the text by the name of its algorithm, and no scheme recognises it. */
function hashOf(credentials: readonly unknown[]): string | undefined {
  const password = credentials.filter(isJsonObject).find(({ type }) => type === 'password')
  if (password === undefined) return undefined
  const credentialData = parse(password['credentialData'])
  return keycloakHashOf(credentialData, parse(password['secretData'])) ?? `{${asText(credentialData['algorithm'])}}`
}

function parse(text: unknown): JsonObject {
  const parsed = typeof text === 'string' ? parseStrictJson(text) : undefined
  return parsed?.ok && isJsonObject(parsed.value) ? parsed.value : {}
}
