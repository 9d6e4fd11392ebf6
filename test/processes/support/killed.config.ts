/** What is killed under load: an app without pages for consent, and limits that the wrong passwords of the ledger do not reach. */
import { defineConfig } from 'countersign'

export default defineConfig({
  scopes: { me: 'Read your profile.' },
  clients: [
    { client_id: 'own', token_endpoint_auth_method: 'none', grant_types: ['password', 'refresh_token'], scope: 'me' },
    {
      client_id: 'app',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      redirect_uris: ['https://app.example.com/cb'],
      first_party: true,
      scope: 'me',
    },
  ],
  // Longer than the soak.
  accessTokenExpireMinutes: 1440,
  accountFailureLimit: 100,
  addressFailureLimit: 10_000,
  // A client repeats a refresh that was cut off. On a busy machine that takes longer than the default.
  refreshTokenGrace: 300,
})
