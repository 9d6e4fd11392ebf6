import { defineConfig } from 'countersign'

const app = process.env['APP_URL'] ?? 'http://127.0.0.1:3000'

export default defineConfig({
  // An MCP client requests a token for one server; no other server accepts it (RFC 8707).
  resources: [`${app}/mcp`],
  scopes: { notes: 'Read and write your notes' },
  clients: [
    {
      client_id: 'mcp-client',
      client_name: 'MCP Client',
      // What people install can't keep a secret, so it has none.
      token_endpoint_auth_method: 'none',
      application_type: 'native',
      grant_types: ['authorization_code', 'refresh_token'],
      // RFC 8252 §7.3: the port is free.
      redirect_uris: ['http://127.0.0.1/callback'],
      scope: 'notes offline_access',
    },
  ],
})
