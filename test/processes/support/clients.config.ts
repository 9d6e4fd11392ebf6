/** A web app, the deployment's own software, and an API that introspects. */
import { defineConfig } from 'countersign'

export default defineConfig({
  passwordGrant: 'first-party',
  scopes: { me: 'Read your profile.' },
  clients: [
    {
      client_id: 'web-app',
      client_secret: 'a secret of the web app, long enough for anyone',
      grant_types: ['authorization_code', 'refresh_token'],
      redirect_uris: ['https://app.example.com/cb'],
    },
    {
      client_id: 'api',
      client_secret: 'a secret of the API, also long enough for anyone',
      grant_types: [],
      resource_server: true,
    },
  ],
})
