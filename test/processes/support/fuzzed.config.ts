import { defineConfig } from 'countersign'

const shared = {
  client_secret: 'a secret of a client, 32 letters',
  redirect_uris: ['https://app.example.com/cb'],
  scope: 'openid me offline_access',
}

export default defineConfig({
  scopes: { me: 'Read your profile.' },
  clients: [
    { ...shared, client_id: 'normal', grant_types: ['authorization_code', 'refresh_token'] },
    {
      ...shared,
      client_id: 'fuzzed',
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials', 'password'],
    },
  ],
  // All come from one address, those that are as they should be as well.
  addressFailureLimit: 1_000_000_000,
})
