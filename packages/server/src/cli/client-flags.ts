/** The flags of `countersign clients add` and `update`: client metadata (RFC 7591 §2) in kebab-case. */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { CommandError } from './command-error.ts'

/** The flags, by the metadata that they set; a list is given by repeating its flag. */
const fields: Readonly<Record<string, { readonly field: string; readonly type: 'text' | 'list' | 'truth' }>> = {
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
  'backchannel-logout-session-required': { field: 'backchannel_logout_session_required', type: 'truth' },
  'first-party': { field: 'first_party', type: 'truth' },
  'require-pkce': { field: 'require_pkce', type: 'truth' },
  'resource-server': { field: 'resource_server', type: 'truth' },
}

const options: ParseArgsOptionsConfig = {
  public: { type: 'boolean' },
  ...Object.fromEntries(
    Object.entries(fields).map(([flag, { type }]) => [
      flag,
      { type: type === 'truth' ? 'boolean' : 'string', multiple: type === 'list' },
    ]),
  ),
}

export interface ClientFlags {
  /** What stands beside the flags: the client id. */
  readonly positionals: readonly string[]
  /** By metadata name. An empty text stands for what is to be taken away. */
  readonly metadata: Readonly<Record<string, unknown>>
}

/** @throws CommandError, or what `parseArgs` throws */
export function readClientFlags(args: readonly string[]): ClientFlags {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, allowNegative: true })
  const metadata: Record<string, unknown> = {}
  for (const [flag, { field }] of Object.entries(fields)) {
    if (values[flag] !== undefined) metadata[field] = values[flag]
  }
  if (values['public'] !== undefined) {
    if (metadata['token_endpoint_auth_method'] !== undefined || values['public'] === false) {
      throw new CommandError('--public stands for --token-endpoint-auth-method none: give one of them')
    }
    metadata['token_endpoint_auth_method'] = 'none'
  }
  return { positionals, metadata }
}

/** What is there, with what the flags change. `--logo-uri ''` takes the logo away, `--redirect-uri ''` all redirect URIs. */
export function applyFlags(
  before: Readonly<Record<string, unknown>>,
  flags: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const after: Record<string, unknown> = { ...before }
  for (const [field, value] of Object.entries(flags)) {
    if (Array.isArray(value)) after[field] = value.filter((text) => text !== '')
    else if (value === '' && field !== 'scope') delete after[field]
    else after[field] = value
  }
  return after
}

/** The flag that sets a field, for messages: `redirect_uris[0]` is set by `--redirect-uri`. */
export function flagOf(field: string): string {
  const name = field.replace(/\[\d+\]$/, '')
  const found = Object.entries(fields).find(([, candidate]) => candidate.field === name)
  return found ? `--${found[0]}` : name
}
