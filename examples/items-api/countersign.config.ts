import { defineConfig } from 'countersign'

export default defineConfig({
  // A token for this API is asked for with resource=, and no other API takes it (RFC 8707).
  resources: [process.env['APP_URL'] ?? 'http://127.0.0.1:3000'],
})
