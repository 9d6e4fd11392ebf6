import { defineConfig } from 'countersign'

export default defineConfig({
  // Clients request a token for this API with resource=; no other API accepts it (RFC 8707).
  resources: [process.env['APP_URL'] ?? 'http://127.0.0.1:3000'],
})
