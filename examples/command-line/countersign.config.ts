import { defineConfig } from 'countersign'

export default defineConfig({
  clients: [
    {
      client_id: 'items-cli',
      client_name: 'Items CLI',
      // An installed program cannot keep a secret, so it has none.
      token_endpoint_auth_method: 'none',
      application_type: 'native',
      grant_types: ['authorization_code', 'refresh_token'],
      // RFC 8252 §7.3: any port is accepted.
      redirect_uris: ['http://127.0.0.1/callback'],
      scope: 'openid profile email offline_access me items',
      id_token_signed_response_alg: 'ES256',
    },
  ],
})
