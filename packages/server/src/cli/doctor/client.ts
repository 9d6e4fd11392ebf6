/** The client whose login is tried. */
import { type Client, isPublic, mayUseGrant } from '../../domain/client.ts'
import { webOrigins } from '../../domain/redirect-uri.ts'
import { UsageError } from '../command-error.ts'
import type { LoginClient } from './login.ts'

export interface ClientFlags {
  readonly client?: string | undefined
  readonly redirectUri?: string | undefined
}

/** The one that is named; otherwise one of those that are known, if possible a public one. @throws UsageError */
export function chooseClient(
  clients: readonly Client[],
  { client: id, redirectUri }: ClientFlags,
): LoginClient | undefined {
  if (id === undefined && redirectUri !== undefined)
    throw new UsageError('--redirect-uri belongs to --client: name both.')
  const usable = clients.filter(
    (one) => !one.isDisabled && mayUseGrant(one, 'authorization_code') && one.redirectUris.length > 0,
  )
  const chosen = id === undefined ? (usable.find(isPublic) ?? usable[0]) : clients.find((one) => one.id === id)
  if (chosen !== undefined) {
    const [first = ''] = chosen.redirectUris
    return { id: chosen.id, redirectUri: redirectUri ?? first, isPublic: isPublic(chosen) }
  }
  if (id === undefined) return undefined
  if (redirectUri === undefined) throw new UsageError('--client is not known here: give its --redirect-uri too.')
  // Whether it has a secret is not known; without one, doctor tries as a public client.
  return { id, redirectUri, isPublic: true }
}

/** The origin of the scripts of a client. */
export function clientOrigin(clients: readonly Client[]): string | undefined {
  return clients.filter((one) => !one.isDisabled).flatMap(webOrigins)[0]
}
