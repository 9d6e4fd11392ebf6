/** What keeping and renewing tokens needs beside the protocol: a place to keep them. */
import type { OAuthConfig } from '../oauth/config.ts'
import type { TokenStorage } from './storage.ts'

export interface TokensConfig extends OAuthConfig {
  readonly storage: Required<TokenStorage>
}
