import { defineConfig } from 'countersign'

export default defineConfig({
  clients: [{ client_id: 'own', token_endpoint_auth_method: 'none', grant_types: ['password', 'refresh_token'] }],
})
