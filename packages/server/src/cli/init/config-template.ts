/** The configuration file that `countersign init` writes. */

/** Imports only a type, so that it also works where `countersign` is not installed: `npx countersign dev`. */
export const configTemplate = `import type { Options } from 'countersign'

/** Secrets are in .env, which git ignores. An environment variable overrides an option: PORT, ISSUER, DATABASE_URL. */
export default {
  // The https URL at which browsers and apps reach this server in production.
  // issuer: 'https://login.example.com',

  // The scopes that apps may request, each with the sentence that the user reads.
  scopes: {
    // 'read:invoices': 'Read your invoices.',
  },

  // The apps. More can be added with: npx countersign clients add
  clients: [
    // {
    //   client_id: 'shop',
    //   client_name: 'The Shop',
    //   token_endpoint_auth_method: 'none',
    //   grant_types: ['authorization_code', 'refresh_token'],
    //   redirect_uris: ['http://localhost:5173/callback'],
    // },
  ],
} satisfies Partial<Options>
`
