/** Clients, scopes and the look of the pages: docs/reference/settings.md. The secrets are in .env. */
export default {}
