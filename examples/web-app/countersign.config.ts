import { defineConfig } from 'countersign'

const app = process.env['APP_URL'] ?? 'http://127.0.0.1:3000'

export default defineConfig({
  clients: [
    {
      client_id: 'web-app',
      client_name: 'Web App',
      client_secret: process.env['CLIENT_SECRET'] ?? 'a secret for development, and for nothing else',
      grant_types: ['authorization_code', 'refresh_token'],
      redirect_uris: [`${app}/auth/callback`],
      post_logout_redirect_uris: [`${app}/`],
      scope: 'openid profile email me items',
      id_token_signed_response_alg: 'ES256',
    },
  ],
})
