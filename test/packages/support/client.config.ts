import { defineConfig } from 'countersign'

const app = process.env['APP_URL'] ?? 'http://127.0.0.1:3000'
const secret = 'the secret of a client in a test, long enough for anyone'

export default defineConfig({
  clients: [
    {
      client_id: 'notes',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      redirect_uris: [`${app}/`],
      post_logout_redirect_uris: [`${app}/bye`],
      first_party: true,
    },
    { client_id: 'service', client_secret: secret, grant_types: ['client_credentials'], scope: 'items' },
    { client_id: 'tutorial', client_secret: secret, grant_types: ['password', 'refresh_token'], first_party: true },
  ],
})
