/** The options of the authorization server inside this application. */
import type { Options } from 'countersign'

/** `issuer` is the address of the application with a path of its own, such as `http://127.0.0.1:3000/auth`. */
export function countersignOptions(issuer: string, clientSecret: string) {
  const { origin } = new URL(issuer)
  return {
    issuer,
    scopes: { notes: 'Read your notes.' },
    clients: [
      {
        client_id: 'app',
        client_secret: clientSecret,
        grant_types: ['authorization_code', 'refresh_token'],
        redirect_uris: [`${origin}/account/callback`],
        post_logout_redirect_uris: [`${origin}/`],
        scope: 'openid notes',
        id_token_signed_response_alg: 'ES256',
        first_party: true, // no consent page
      },
    ],
  } satisfies Partial<Options>
}
