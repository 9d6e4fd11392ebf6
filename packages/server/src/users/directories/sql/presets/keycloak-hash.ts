/** The hash of a password of Keycloak's tables: `credential_data` and `secret_data`, as the two members of a JSON array. */
import { keycloakHashOf } from '../../../../passwords/keycloak-hash.ts'

/** `null` when the algorithm is not one of ours. */
export function keycloakHash(stored: string): string | null {
  const pair = parsed(stored)
  return Array.isArray(pair) ? (keycloakHashOf(pair[0], pair[1]) ?? null) : null
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
