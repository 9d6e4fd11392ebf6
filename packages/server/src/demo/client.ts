/** The client of the app at `/demo`, in `countersign dev`. */
import type { ClientDeclaration } from '../domain/client-metadata.ts'

const demoId = 'demo'

/** The declared clients and the demo client. It is public and not first-party, so that users see the consent page, and may request every scope. */
export function withDemoClient(declared: readonly ClientDeclaration[], issuer: string): readonly ClientDeclaration[] {
  // The deployment's own client with that id stays.
  if (declared.some(({ client_id: id }) => id === demoId)) return declared
  const page = demoAddress(issuer)
  const client: ClientDeclaration = {
    client_id: demoId,
    client_name: 'Demo App',
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    redirect_uris: [page],
    post_logout_redirect_uris: [page],
    id_token_signed_response_alg: 'ES256',
  }
  return [...declared, client]
}

/** The address of the app, which is also its redirect URI. */
export function demoAddress(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/demo`
}
