import { defineConfig } from 'countersign'

const app = process.env['APP_URL'] ?? 'http://127.0.0.1:3000'

export default defineConfig({
  clients: [
    {
      client_id: 'browser-app',
      client_name: 'Browser App',
      // A program in a browser cannot keep a secret, so it has none.
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      // Scripts of this origin may call /token and the items (CORS).
      redirect_uris: [`${app}/`],
      post_logout_redirect_uris: [`${app}/`],
      scope: 'openid profile email me items',
      id_token_signed_response_alg: 'ES256',
    },
  ],
})
