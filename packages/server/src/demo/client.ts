/** The client of the app at `/demo`: what `countersign dev` lets people log in with. */
import type { ClientDeclaration } from '../domain/client-metadata.ts'

const demoId = 'demo'

/** The declared clients and the demo's. It is public and somebody else's, so that its users see the consent page; it may ask for every scope. */
export function withDemoClient(declared: readonly ClientDeclaration[], issuer: string): readonly ClientDeclaration[] {
  // One of the deployment's own under that id stays.
  if (declared.some(({ client_id: id }) => id === demoId)) return declared
  const page = demoAddress(issuer)
  const client: ClientDeclaration = {
    client_id: demoId,
    client_name: 'Demo App',
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    redirect_uris: [page],
    post_logout_redirect_uris: [page],
  }
  return [...declared, client]
}

/** Where the app is, and where codes are sent. */
export function demoAddress(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/demo`
}
