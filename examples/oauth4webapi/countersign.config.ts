import { defineConfig } from 'countersign'

const app = process.env['APP_URL'] ?? 'http://127.0.0.1:3000'

export default defineConfig({
  clients: [
    {
      client_id: 'report-service',
      client_name: 'Report Service',
      client_secret: process.env['CLIENT_SECRET'] ?? 'a secret for development, and for nothing else',
      grant_types: ['client_credentials', 'authorization_code'],
      redirect_uris: [`${app}/callback`],
      scope: 'openid profile email items',
    },
  ],
})
