/** Reads a client's registration (RFC 7591 §2): one parser for the configuration, the commands and what clients send. */
import type { z } from 'zod'
import { didYouMean } from '../config/did-you-mean.ts'
import { standardClaims } from '../domain/claims.ts'
import type { Client } from '../domain/client.ts'
import { type ClientMetadata, clientOf } from '../domain/client-metadata.ts'
import { isPlainObject } from '../domain/plain-object.ts'
import { knownScopes, type Scopes, scopesIn } from '../domain/scope.ts'
import type { ClientProblem } from './client-error.ts'
import { grantTypesOf, type MetadataProblem, metadataProblems, privilegeProblems } from './metadata-rules.ts'
import { checkMembers, membersOfClients, metadataFields } from './metadata-schema.ts'

/** At most this many unknown members are reported: finding similar names takes time. */
const maxUnknown = 20

/** The client of a registration, or all that is wrong with it. */
export type ParsedClient =
  | { readonly client: Client; readonly problems?: never }
  | { readonly client?: never; readonly problems: readonly ClientProblem[] }

export interface MetadataReading {
  /**
   * `rejected`: an unknown member is a problem, and a similar name is suggested. For what an operator writes.
   * `ignored`: as RFC 7591 §2 requires of what a client sends, which can give itself no privilege.
   * @default 'rejected'
   */
  readonly unknownMembers?: 'rejected' | 'ignored'
  /** Members that the caller reads itself, for suggestions. @default [] */
  readonly alsoKnown?: readonly string[]
  /** Hosts off loopback that redirect URIs may have with http. @default [] */
  readonly httpHosts?: readonly string[]
  /** The claims about users that scopes release. @default the standard ones */
  readonly claims?: readonly string[]
}

/** `scopes` are the deployment's own. */
export function parseClientMetadata(input: unknown, scopes: Scopes, reading: MetadataReading = {}): ParsedClient {
  const { unknownMembers = 'rejected', alsoKnown = [], httpHosts = [], claims = standardClaims } = reading
  const isSent = unknownMembers === 'ignored'
  const parsed = checkMembers(isSent && isPlainObject(input) ? membersOfClients(input) : input)
  const problems = parsed.success
    ? [
        ...metadataProblems(parsed.data, { scopes, httpHosts, claims }),
        ...(isSent ? privilegeProblems(parsed.data) : []),
      ]
    : parsed.error.issues.flatMap((issue) => toProblems(issue, alsoKnown))
  if (!parsed.success || problems.length > 0) return { problems: problems.map(withCode) }
  return { client: clientOf(complete(parsed.data, scopes), false) }
}

/** Whether it has members: not `null`, and no list. */
function complete(metadata: ClientMetadata, scopes: Scopes): ClientMetadata {
  const types = grantTypesOf(metadata)
  // The scopes of OpenID Connect are about users, who take part in the code flow only.
  const all = types.includes('authorization_code') ? knownScopes(scopes) : Object.keys(scopes)
  const scope = metadata.scope === undefined ? all : new Set(scopesIn(metadata.scope))
  return { ...metadata, grant_types: types, scope: [...scope].join(' ') }
}

export function withCode(problem: MetadataProblem): ClientProblem {
  const code = /^redirect_uris\b/.test(problem.field) ? 'invalid_redirect_uri' : 'invalid_client_metadata'
  return { code, ...problem }
}

function toProblems(issue: z.core.$ZodIssue, alsoKnown: readonly string[]): MetadataProblem[] {
  if (issue.code === 'unrecognized_keys') {
    const names = [...metadataFields, ...alsoKnown]
    return issue.keys
      .slice(0, maxUnknown)
      .map((key) => ({ field: key, message: `is not client metadata${didYouMean(key, names)}` }))
  }
  const [field = 'client', index] = issue.path
  return [{ field: index === undefined ? String(field) : `${String(field)}[${String(index)}]`, message: issue.message }]
}
