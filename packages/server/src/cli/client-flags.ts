/** The flags of `countersign clients add` and `update`: client metadata (RFC 7591 §2) in kebab-case. */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { CommandError } from './command-error.ts'

/** The metadata member that each flag sets. A flag of a list can be repeated. */
const fields: Readonly<Record<string, { readonly field: string; readonly type: 'text' | 'list' | 'boolean' }>> = {
  'client-name': { field: 'client_name', type: 'text' },
  'token-endpoint-auth-method': { field: 'token_endpoint_auth_method', type: 'text' },
  'grant-type': { field: 'grant_types', type: 'list' },
  scope: { field: 'scope', type: 'text' },
  'redirect-uri': { field: 'redirect_uris', type: 'list' },
  'post-logout-redirect-uri': { field: 'post_logout_redirect_uris', type: 'list' },
  'application-type': { field: 'application_type', type: 'text' },
  'client-uri': { field: 'client_uri', type: 'text' },
  'logo-uri': { field: 'logo_uri', type: 'text' },
  'policy-uri': { field: 'policy_uri', type: 'text' },
  'tos-uri': { field: 'tos_uri', type: 'text' },
  'id-token-signed-response-alg': { field: 'id_token_signed_response_alg', type: 'text' },
  'access-token-signed-response-alg': { field: 'access_token_signed_response_alg', type: 'text' },
  'backchannel-logout-uri': { field: 'backchannel_logout_uri', type: 'text' },
  'backchannel-logout-session-required': { field: 'backchannel_logout_session_required', type: 'boolean' },
  'first-party': { field: 'first_party', type: 'boolean' },
  'require-pkce': { field: 'require_pkce', type: 'boolean' },
  'resource-server': { field: 'resource_server', type: 'boolean' },
}

const options: ParseArgsOptionsConfig = {
  public: { type: 'boolean' },
  ...Object.fromEntries(
    Object.entries(fields).map(([flag, { type }]) => [
      flag,
      { type: type === 'boolean' ? 'boolean' : 'string', multiple: type === 'list' },
    ]),
  ),
}

export interface ClientFlags {
  /** What is not a flag: the client id. */
  readonly positionals: readonly string[]
  /** By metadata name. `null` removes the member: `--logo-uri ''`. `--redirect-uri ''` removes all redirect URIs. */
  readonly metadata: Readonly<Record<string, unknown>>
}

/** @throws CommandError, or what `parseArgs` throws */
export function readClientFlags(args: readonly string[]): ClientFlags {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, allowNegative: true })
  const metadata: Record<string, unknown> = {}
  for (const [flag, { field }] of Object.entries(fields)) {
    const value = values[flag]
    if (value !== undefined) metadata[field] = readValue(field, value)
  }
  if (values['public'] !== undefined) {
    if (metadata['token_endpoint_auth_method'] !== undefined || values['public'] === false) {
      throw new CommandError('--public means --token-endpoint-auth-method none: use one of them')
    }
    metadata['token_endpoint_auth_method'] = 'none'
  }
  return { positionals, metadata }
}

function readValue(field: string, value: string | boolean | readonly (string | boolean)[]): unknown {
  if (typeof value === 'object') return value.filter((text) => text !== '')
  return value === '' && field !== 'scope' ? null : value
}

/** The flag that sets a field, for messages: `--redirect-uri` for `redirect_uris[0]`. */
export function flagOf(field: string): string {
  const name = field.replace(/\[\d+\]$/, '')
  const [flag] = Object.entries(fields).find(([, { field: candidate }]) => candidate === name) ?? []
  return flag === undefined ? name : `--${flag}`
}
