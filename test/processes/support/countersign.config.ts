import { defineConfig } from 'countersign'

export default defineConfig({
  scopes: { 'read:invoices': 'Read your invoices.' },
  clients: [
    {
      client_id: 'declared',
      grant_types: ['client_credentials'],
      client_secret: process.env['DECLARED_SECRET'] ?? '',
    },
  ],
})
