/** The deployment's own app, and an API that introspects. */
import { defineConfig } from 'countersign'

export default defineConfig({
  passwordGrant: 'first-party',
  // With a sentence of its own, so that the password grant gives it too.
  scopes: { me: 'Read your profile.', roles: 'See your roles.' },
  clients: [
    {
      client_id: 'own',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'password', 'refresh_token'],
      redirect_uris: ['https://app.example.com/cb'],
      first_party: true,
      scope: 'me roles',
    },
    {
      client_id: 'api',
      client_secret: 'a secret of the API, also long enough for anyone',
      grant_types: [],
      resource_server: true,
    },
  ],
})
