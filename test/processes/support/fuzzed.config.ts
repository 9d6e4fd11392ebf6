import { defineConfig } from 'countersign'

const shared = {
  client_secret: 'a secret of a client, 32 letters',
  redirect_uris: ['https://app.example.com/cb'],
  post_logout_redirect_uris: ['https://app.example.com/out'],
  scope: 'openid me offline_access',
}

export default defineConfig({
  scopes: { me: 'Read your profile.' },
  resources: ['https://api.example.com/'],
  clients: [
    { ...shared, client_id: 'normal', grant_types: ['authorization_code', 'refresh_token'] },
    {
      ...shared,
      client_id: 'fuzzed',
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials', 'password'],
    },
  ],
  // So that the headers of proxies are read.
  trustedProxies: ['127.0.0.1'],
  // Broken requests do not keep out those that are as they should be.
  accountFailureLimit: 100,
  addressFailureLimit: 1_000_000_000,
  failureWindow: 1,
})
