/** What `--from` calls the formats, in the order of the guide. Apart from their table, which the help need not load. */
export const formatNames = [
  'auth0',
  'keycloak',
  'firebase',
  'supabase',
  'django',
  'better-auth',
  'auth.js',
  'laravel',
  'devise',
  'wordpress',
  'ldif',
  'okta',
  'cognito',
  'aspnet',
  'plain',
] as const

export type FormatName = (typeof formatNames)[number]
