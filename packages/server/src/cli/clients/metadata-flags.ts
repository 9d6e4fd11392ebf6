/** The flags of `countersign clients add` and `update`: client metadata (RFC 7591 §2) in kebab-case. */
import { type Command, Option } from '@commander-js/extra-typings'
import { append } from '../append.ts'
import { UsageError } from '../command-error.ts'

interface Field {
  /** The metadata member that the flag sets. */
  readonly field: string
  readonly type: 'text' | 'list' | 'boolean'
  /** What stands after the flag in the help. */
  readonly value?: string
  readonly help: string
  /** What the flag with `--no-` does. Without it, that flag is not in the help. */
  readonly opposite?: string
}

/** By flag. A flag of a list can be repeated. */
const fields: Readonly<Record<string, Field>> = {
  'client-name': { field: 'client_name', type: 'text', value: 'name', help: 'the name that users see' },
  'redirect-uri': {
    field: 'redirect_uris',
    type: 'list',
    value: 'uri',
    help: 'where authorization codes are sent; may be repeated',
  },
  'post-logout-redirect-uri': {
    field: 'post_logout_redirect_uris',
    type: 'list',
    value: 'uri',
    help: 'where browsers may return to after a logout; may be repeated',
  },
  'grant-type': {
    field: 'grant_types',
    type: 'list',
    value: 'type',
    help: 'authorization_code, refresh_token, client_credentials or password; may be repeated',
  },
  scope: { field: 'scope', type: 'text', value: 'scopes', help: 'what it may request, separated by spaces' },
  'application-type': {
    field: 'application_type',
    type: 'text',
    value: 'type',
    help: 'web, or native for apps on a phone or a desktop',
  },
  'token-endpoint-auth-method': {
    field: 'token_endpoint_auth_method',
    type: 'text',
    value: 'method',
    help: 'client_secret_basic, client_secret_post or none; by default, either of the first two',
  },
  'first-party': { field: 'first_party', type: 'boolean', help: 'your own software: no consent page' },
  'require-pkce': {
    field: 'require_pkce',
    type: 'boolean',
    help: 'accept only requests with PKCE; by default, a confidential client may send a nonce instead',
    opposite: 'accept requests with neither PKCE nor a nonce, of a confidential client that supports neither',
  },
  'resource-server': {
    field: 'resource_server',
    type: 'boolean',
    help: 'may introspect the tokens of every client that are for it',
  },
  audience: {
    field: 'audiences',
    type: 'list',
    value: 'aud',
    help: 'what a resource server is in tokens, or * for all tokens, as a gateway needs; may be repeated',
  },
  'client-uri': { field: 'client_uri', type: 'text', value: 'uri', help: 'its home page' },
  'logo-uri': { field: 'logo_uri', type: 'text', value: 'uri', help: 'its logo' },
  'policy-uri': { field: 'policy_uri', type: 'text', value: 'uri', help: 'its privacy policy' },
  'tos-uri': { field: 'tos_uri', type: 'text', value: 'uri', help: 'its terms of service' },
  'access-token-signed-response-alg': {
    field: 'access_token_signed_response_alg',
    type: 'text',
    value: 'alg',
    help: 'what signs its access tokens',
  },
  'id-token-signed-response-alg': {
    field: 'id_token_signed_response_alg',
    type: 'text',
    value: 'alg',
    help: 'what signs its ID tokens',
  },
  'id-token-claims': {
    field: 'id_token_claims',
    type: 'text',
    value: 'where',
    help: 'scopes: its ID tokens have the claims of the granted scopes; by default, only /userinfo has them',
  },
  'claim-in-id-token': {
    field: 'claims_in_id_token',
    type: 'list',
    value: 'claim',
    help: 'instead of --id-token-claims: a claim that its ID tokens have; by default groups and roles; may be repeated',
  },
  'groups-prefix': {
    field: 'groups_prefix',
    type: 'text',
    value: 'text',
    help: 'stands before each group in its tokens, such as oidc:',
  },
  'backchannel-logout-uri': {
    field: 'backchannel_logout_uri',
    type: 'text',
    value: 'uri',
    help: 'where logout tokens are sent',
  },
  'backchannel-logout-session-required': {
    field: 'backchannel_logout_session_required',
    type: 'boolean',
    help: 'logout tokens need a session id',
  },
}

/** What the flags of one command line set, by the library's names. `json` and `unset` are not metadata. */
export type MetadataFlags = Readonly<Record<string, unknown>> & {
  readonly json?: true | undefined
  readonly unset?: readonly string[] | undefined
}

export function withMetadataFlags<Args extends [string] | [string | undefined]>(
  command: Command<Args>,
): Command<Args, MetadataFlags> {
  command.option('--public', 'has no secret: token_endpoint_auth_method none')
  for (const [flag, { type, value, help, opposite }] of Object.entries(fields)) {
    if (type === 'boolean') {
      command.option(`--${flag}`, help)
      command.addOption(new Option(`--no-${flag}`, opposite).hideHelp(opposite === undefined))
    } else if (type === 'list') command.option(`--${flag} <${value}>`, help, append)
    else command.option(`--${flag} <${value}>`, help)
  }
  // The flags come from the table, where their types are not known.
  return command as unknown as Command<Args, MetadataFlags>
}

/**
 * The metadata by name. `null` removes the member: `--logo-uri ''`. `--redirect-uri ''` removes all redirect URIs.
 * @throws UsageError
 */
export function readMetadataFlags(flags: MetadataFlags): Readonly<Record<string, unknown>> {
  const metadata: Record<string, unknown> = {}
  for (const [flag, { field, type }] of Object.entries(fields)) {
    const value = flags[new Option(`--${flag}`).attributeName()]
    if (value !== undefined) metadata[field] = type === 'boolean' ? value : readValue(field, value)
  }
  if (flags['public'] === true) {
    if (metadata['token_endpoint_auth_method'] !== undefined) {
      throw new UsageError('--public means --token-endpoint-auth-method none: use one of them')
    }
    metadata['token_endpoint_auth_method'] = 'none'
  }
  return metadata
}

function readValue(field: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((text) => text !== '')
  return value === '' && field !== 'scope' ? null : value
}

/** The flag that sets a field, for messages: `--redirect-uri` for `redirect_uris[0]`. */
export function flagOf(field: string): string {
  const name = field.replace(/\[\d+\]$/, '')
  const [flag] = Object.entries(fields).find(([, { field: candidate }]) => candidate === name) ?? []
  return flag === undefined ? name : `--${flag}`
}
