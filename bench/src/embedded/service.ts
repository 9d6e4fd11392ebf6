/** The client of the embedded servers. */
export const service = {
  client_id: 'service',
  client_secret: 'a secret of the service, long enough for anyone',
  grant_types: ['client_credentials'],
} as const
