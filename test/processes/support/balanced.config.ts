import { defineConfig } from 'countersign'

export default defineConfig({
  clients: [{ client_id: 'own', token_endpoint_auth_method: 'none', grant_types: ['password', 'refresh_token'] }],
  // The load logs one user in twelve times at once, over several processes: docs/decisions/0003-login-attempt-budget-in-sql.md.
  accountFailureLimit: 100,
})
