/** What a token is good for, in the words of @modelcontextprotocol/server 2. */
import type { Access } from '../access.ts'
import type { ResourceMetadata } from '../metadata.ts'

/** What the SDK hands to the tools as `context.http.authInfo`. */
export interface TokenInformation {
  readonly token: string
  /** Empty when an introspection endpoint does not tell it. */
  readonly clientId: string
  /** With those that they include, for the SDK compares them word by word. */
  readonly scopes: string[]
  /** Seconds since the epoch. The SDK refuses a token without it. */
  readonly expiresAt?: number
  readonly resource: URL
  readonly resourceMetadataUrl: string
  readonly extra: { readonly subject: string; readonly claims: Readonly<Record<string, unknown>> }
}

export function informationOf(token: string, access: Access, { url, document }: ResourceMetadata): TokenInformation {
  const { subject, clientId, scopes, expiresAt, claims } = access
  return {
    token,
    clientId: clientId ?? '',
    scopes: [...scopes],
    ...(expiresAt === undefined ? {} : { expiresAt }),
    // A new one, for a URL can be changed.
    resource: new URL(document.resource),
    resourceMetadataUrl: url,
    extra: { subject, claims },
  }
}
