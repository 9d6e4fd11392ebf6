/** Reads a client's registration (RFC 7591 §2), be it of the configuration or of a command: one parser for both. */
import { z } from 'zod'
import { didYouMean } from '../config/did-you-mean.ts'
import { issueOf } from '../config/issue-of.ts'
import { type AsymmetricAlgorithm, asymmetricAlgorithms } from '../domain/algorithm.ts'
import { type Client, type ClientAuthMethod, firstPartyClient } from '../domain/client.ts'
import { type ClientMetadata, clientOf } from '../domain/client-metadata.ts'
import {
  answerParameterProblem,
  endpointUriProblem,
  redirectUriProblem,
  webUriProblem,
} from '../domain/registered-uri.ts'
import { knownScopes, type Scopes, scopesIn } from '../domain/scope.ts'

/** One thing that is wrong with a registration, and how to mend it. */
export interface MetadataProblem {
  readonly field: string
  readonly message: string
}

/** A registration that was read: the client, or all that is wrong. */
export type ParsedClient =
  | { readonly client: Client; readonly problems?: never }
  | { readonly client?: never; readonly problems: readonly MetadataProblem[] }

const authMethods: readonly ClientAuthMethod[] = ['none', 'client_secret_basic', 'client_secret_post']
const grantTypes = ['authorization_code', 'refresh_token', 'client_credentials', 'password']
const mostUris = 100

const oneOf = <Name extends string>(names: readonly Name[]) =>
  z.enum(names, `must be one of ${names.join(', ')}`).exactOptional()
const truth = z.boolean('must be true or false').exactOptional()
const algorithm = oneOf<AsymmetricAlgorithm>(asymmetricAlgorithms)
const webUri = z.string('must be a URL').superRefine(issueOf(webUriProblem)).exactOptional()
const texts = (what: string) =>
  z
    .array(z.string(`must be ${what}`), `must be a list of ${what}`)
    .max(mostUris, `must be at most ${mostUris}`)
    .readonly()
    .exactOptional()

const schema = z.strictObject(
  {
    client_id: z.string('is missing').superRefine(issueOf(clientIdProblem)),
    client_name: z.string('must be text').superRefine(issueOf(nameProblem)).exactOptional(),
    token_endpoint_auth_method: oneOf(authMethods),
    grant_types: z
      .array(z.enum(grantTypes, `must be of ${grantTypes.join(', ')}`), 'must be a list')
      .readonly()
      .exactOptional(),
    scope: z.string('must be scopes with spaces between them').exactOptional(),
    redirect_uris: texts('redirect URIs'),
    post_logout_redirect_uris: texts('URLs'),
    application_type: oneOf(['web', 'native']),
    client_uri: webUri,
    logo_uri: webUri,
    policy_uri: webUri,
    tos_uri: webUri,
    id_token_signed_response_alg: algorithm,
    access_token_signed_response_alg: algorithm,
    backchannel_logout_uri: z.string('must be a URL').superRefine(issueOf(endpointUriProblem)).exactOptional(),
    backchannel_logout_session_required: truth,
    first_party: truth,
    require_pkce: truth,
    resource_server: truth,
  },
  'must be an object',
)

/** The names that a registration may have. */
const metadataFields: readonly string[] = Object.keys(schema.shape)

/** `scopes` are the deployment's own; `alsoKnown` names what else may stand beside the metadata, for who misspells it. */
export function parseClientMetadata(input: unknown, scopes: Scopes, alsoKnown: readonly string[] = []): ParsedClient {
  const parsed = schema.safeParse(input)
  if (!parsed.success) return { problems: parsed.error.issues.flatMap((issue) => toProblems(issue, alsoKnown)) }
  const problems = broken(parsed.data, scopes)
  return problems.length > 0 ? { problems } : { client: clientOf(complete(parsed.data, scopes), false) }
}

function complete(metadata: ClientMetadata, scopes: Scopes): ClientMetadata {
  const types = grantTypesOf(metadata)
  // The scopes of OpenID Connect are about users, whom only the code flow asks.
  const all = types.includes('authorization_code') ? knownScopes(scopes) : Object.keys(scopes)
  return { ...metadata, grant_types: types, scope: metadata.scope ?? all.join(' ') }
}

/** RFC 7591 §2: authorization_code when omitted. A resource server that only introspects gets no tokens. */
function grantTypesOf(metadata: ClientMetadata): readonly string[] {
  return [...new Set(metadata.grant_types ?? (metadata.resource_server === true ? [] : ['authorization_code']))]
}

/** The rules that take more than one field. */
function broken(metadata: ClientMetadata, scopes: Scopes): readonly MetadataProblem[] {
  const types = grantTypesOf(metadata)
  const isPublic = metadata.token_endpoint_auth_method === 'none'
  const problems: MetadataProblem[] = [
    ...uriProblems(
      'redirect_uris',
      metadata,
      (uri) => redirectUriProblem(uri, metadata.application_type) ?? answerParameterProblem(uri),
    ),
    // OIDC RP-Initiated Logout §3.1: they have port, path and query, and MAY have an alternate scheme of a native app's.
    ...uriProblems('post_logout_redirect_uris', metadata, (uri) => redirectUriProblem(uri, metadata.application_type)),
    ...scopeProblems(metadata.scope ?? '', scopes),
  ]
  const refuse = (when: boolean, field: string, message: string) => {
    if (when) problems.push({ field, message })
  }
  // RFC 6749 §3.1.2.2: redirection endpoints are registered.
  refuse(
    types.includes('authorization_code') && (metadata.redirect_uris ?? []).length === 0,
    'redirect_uris',
    'is missing: grant_types has authorization_code, which needs one at least',
  )
  // RFC 6749 §4.4: the client credentials grant type MUST only be used by confidential clients.
  refuse(
    isPublic && types.includes('client_credentials'),
    'grant_types',
    'has client_credentials, which a client without a secret can not use: choose another token_endpoint_auth_method',
  )
  refuse(
    types.includes('refresh_token') && !types.includes('authorization_code') && !types.includes('password'),
    'grant_types',
    'has refresh_token, which needs authorization_code or password to come from',
  )
  // RFC 9700 §2.1.1: public clients MUST use PKCE.
  refuse(isPublic && metadata.require_pkce === false, 'require_pkce', 'must be true for a client without a secret')
  // RFC 7662 §2.1: the caller of introspection must be authorized.
  refuse(
    isPublic && metadata.resource_server === true,
    'resource_server',
    'must be false for a client without a secret',
  )
  return problems
}

function uriProblems(
  field: 'redirect_uris' | 'post_logout_redirect_uris',
  metadata: ClientMetadata,
  check: (uri: string) => string | undefined,
): readonly MetadataProblem[] {
  return (metadata[field] ?? []).flatMap((uri, at) => {
    const message = check(uri)
    return message === undefined ? [] : [{ field: `${field}[${at}]`, message }]
  })
}

function scopeProblems(scope: string, scopes: Scopes): readonly MetadataProblem[] {
  const known = knownScopes(scopes)
  const unknown = scopesIn(scope).filter((name) => !known.includes(name))
  return unknown.map((name) => ({
    field: 'scope',
    message: `has ${JSON.stringify(name)}, which is no scope of this deployment${didYouMean(name, known)}`,
  }))
}

function clientIdProblem(id: string): string | undefined {
  // RFC 6749 Appendix A.1: VSCHAR. Without what Basic credentials, shells and HTML give a meaning.
  if (!/^[\x21-\x7e]{1,255}$/.test(id) || /["'`:\\<>]/.test(id)) {
    return 'must be 1 to 255 visible ASCII characters, without quotes, colon, \\, < and >'
  }
  return id === firstPartyClient.id ? `must not be ${id}, which stands for callers without a client` : undefined
}

function nameProblem(name: string): string | undefined {
  if (name.trim() === '' || name.length > 100) return 'must have 1 to 100 characters'
  // Direction marks and invisible characters make a name read as another's on the consent page.
  return /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u.test(name) || !name.isWellFormed()
    ? 'must not hold invisible or control characters'
    : undefined
}

function toProblems(issue: z.core.$ZodIssue, alsoKnown: readonly string[]): MetadataProblem[] {
  if (issue.code === 'unrecognized_keys') {
    const names = [...metadataFields, ...alsoKnown]
    return issue.keys.map((key) => ({ field: key, message: `is no client metadata${didYouMean(key, names)}` }))
  }
  const [field = 'client', at] = issue.path
  return [{ field: at === undefined ? String(field) : `${String(field)}[${String(at)}]`, message: issue.message }]
}
