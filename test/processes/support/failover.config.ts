import { defineConfig } from 'countersign'

export default defineConfig({
  scopes: { me: 'Read your profile.' },
  clients: [
    { client_id: 'own', token_endpoint_auth_method: 'none', grant_types: ['password', 'refresh_token'], scope: 'me' },
  ],
  // A client repeats a refresh that was cut off. On a busy machine that takes longer than the default.
  refreshTokenGrace: 300,
})
