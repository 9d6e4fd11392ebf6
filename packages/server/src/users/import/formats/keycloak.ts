/**
 * Keycloak: the users of a realm's export, `kc.sh export`, in one file or in `*-users-0.json`.
 * https://www.keycloak.org/docs-api/latest/rest-api/index.html#UserRepresentation
 */
import { isJsonObject, type JsonObject, parseStrictJson } from '@countersign/guard/strict-json'
import { argon2HashOf, pbkdf2HashOf } from '../../../passwords/from-parts.ts'
import type { Format } from '../format.ts'
import { membersOf, textOf } from '../record-members.ts'
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

/** Of the password among the credentials. An algorithm that is not known is in the hash by its name, and no scheme recognises it. */
function hashOf(credentials: readonly unknown[]): string | undefined {
  const password = credentials.filter(isJsonObject).find(({ type }) => type === 'password')
  if (password === undefined) return undefined
  const { algorithm, hashIterations, additionalParameters } = parse(password['credentialData'])
  const secret = parse(password['secretData'])
  const [salt, key] = [secret['salt'], secret['value']].map((part) => Buffer.from(String(part), 'base64'))
  if (!salt || !key) return undefined
  switch (algorithm) {
    case 'pbkdf2':
      return pbkdf2HashOf({ digest: 'sha1', rounds: Number(hashIterations), salt, key })
    case 'pbkdf2-sha256':
      return pbkdf2HashOf({ digest: 'sha256', rounds: Number(hashIterations), salt, key })
    case 'pbkdf2-sha512':
      return pbkdf2HashOf({ digest: 'sha512', rounds: Number(hashIterations), salt, key })
    case 'argon2': {
      const parameters = isJsonObject(additionalParameters) ? additionalParameters : {}
      const first = (name: string) => listOf(parameters[name])[0]
      return argon2HashOf({
        variant: variants[String(first('type'))] ?? 'argon2id',
        version: first('version') === '1.0' ? 16 : 19,
        memoryKib: Number(first('memory')),
        passes: Number(hashIterations),
        lanes: Number(first('parallelism')),
        salt,
        tag: key,
      })
    }
    default:
      return `{${String(algorithm)}}`
  }
}

const variants: Readonly<Record<string, 'argon2id' | 'argon2i' | 'argon2d'>> = {
  id: 'argon2id',
  i: 'argon2i',
  d: 'argon2d',
}

function parse(text: unknown): JsonObject {
  const parsed = typeof text === 'string' ? parseStrictJson(text) : undefined
  return parsed?.ok && isJsonObject(parsed.value) ? parsed.value : {}
}
