/** Gets tokens from Countersign or any other issuer, keeps them and renews them. */

export { type Client, createClient } from './client.ts'
export { ClientError, type ClientErrorCode } from './errors.ts'
export type { LoginOptions } from './oauth/authorization-request.ts'
export type { ClientCredentialsOptions } from './oauth/client-credentials.ts'
export type { LogoutOptions } from './oauth/logout-url.ts'
export type { PasswordOptions } from './oauth/password.ts'
export type { Fetch } from './oauth/request-json.ts'
export type { IdTokenClaims, Tokens } from './oauth/tokens.ts'
export type { ClientOptions } from './options/client-options.ts'
export { memoryStorage, type TokenStorage, type WebStorageArea, webStorage } from './tokens/storage.ts'
