/** The members of a client's registration (RFC 7591 §2), each with its own checks. */
import { z } from 'zod'
import { issueOf } from '../config/issue-of.ts'
import { type AsymmetricAlgorithm, asymmetricAlgorithms } from '../domain/algorithm.ts'
import { type ClientAuthMethod, clientIdProblem, grantTypes, idTokenClaims } from '../domain/client.ts'
import type { ClientMetadata } from '../domain/client-metadata.ts'
import { endpointUriProblem, webUriProblem } from '../domain/registered-uri.ts'

const authMethods: readonly ClientAuthMethod[] = ['none', 'client_secret_basic', 'client_secret_post']
const maxUris = 100
const maxGrantTypes = 100
const maxNameLength = 100

const oneOf = <Name extends string>(names: readonly Name[]) =>
  z.enum(names, `must be one of ${names.join(', ')}`).exactOptional()
const boolean = z.boolean('must be true or false').exactOptional()
const algorithm = oneOf<AsymmetricAlgorithm>(asymmetricAlgorithms)
const webUri = z.string('must be a URL').superRefine(issueOf(webUriProblem)).exactOptional()
const list = (what: string) =>
  z
    .array(z.string(`must be ${what}`), `must be a list of ${what}`)
    .max(maxUris, `must have at most ${maxUris} entries`)
    .readonly()
    .exactOptional()

const members = {
  client_id: z.string('is missing').superRefine(issueOf(clientIdProblem)),
  client_name: z.string('must be text').superRefine(issueOf(nameProblem)).exactOptional(),
  token_endpoint_auth_method: oneOf(authMethods),
  grant_types: z
    .array(z.enum(grantTypes, `must be one of ${grantTypes.join(', ')}`), 'must be a list')
    .max(maxGrantTypes, `must have at most ${maxGrantTypes} entries`)
    .readonly()
    .exactOptional(),
  scope: z.string('must be scopes with spaces between them').exactOptional(),
  redirect_uris: list('redirect URIs'),
  post_logout_redirect_uris: list('URLs'),
  application_type: oneOf(['web', 'native']),
  client_uri: webUri,
  logo_uri: webUri,
  policy_uri: webUri,
  tos_uri: webUri,
  id_token_signed_response_alg: algorithm,
  access_token_signed_response_alg: algorithm,
  backchannel_logout_uri: z.string('must be a URL').superRefine(issueOf(endpointUriProblem)).exactOptional(),
  backchannel_logout_session_required: boolean,
}

/** Our own members, most of which give privileges. Only an operator sets them. */
const operatorMembers = {
  id_token_claims: oneOf(idTokenClaims),
  claims_in_id_token: list('names of claims'),
  groups_prefix: z
    .string('must be text')
    .regex(/^[\x21-\x7e]{1,100}$/, 'must be 1 to 100 visible ASCII characters, such as oidc:')
    .exactOptional(),
  first_party: boolean,
  require_pkce: boolean,
  resource_server: boolean,
  audiences: list('audiences'),
}

const schema = z.strictObject({ ...members, ...operatorMembers }, 'must be an object')

/** Checks each member by itself. */
export function checkMembers(input: unknown): z.ZodSafeParseResult<ClientMetadata> {
  return schema.safeParse(input)
}

/** RFC 7591 §2: the server MUST ignore client metadata that it does not understand. Clients do not know our own members: these are ignored too. */
export function membersOfClients(sent: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(sent).filter(([name]) => Object.hasOwn(members, name)))
}

/** The names of all members. */
export const metadataFields: readonly string[] = [...Object.keys(members), ...Object.keys(operatorMembers)]

function nameProblem(name: string): string | undefined {
  if (name.trim() === '' || name.length > maxNameLength) return `must have 1 to ${maxNameLength} characters`
  // With direction marks and invisible characters, a name could look like another client's on the consent page.
  return /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u.test(name) || !name.isWellFormed()
    ? 'must not contain invisible or control characters'
    : undefined
}
