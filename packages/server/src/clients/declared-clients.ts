/** The clients that the configuration declares, with their secrets. */
import { type DeclaredClient, isPublic } from '../domain/client.ts'
import type { Scopes } from '../domain/scope.ts'
import { clientSecretProblem, hashClientSecret } from './client-secret.ts'
import { type MetadataProblem, parseClientMetadata } from './parse-metadata.ts'

export interface DeclaredClients {
  readonly clients: ReadonlyMap<string, DeclaredClient>
  /** Each with the place of the client in `field`, such as `clients[0].scope`. */
  readonly problems: readonly MetadataProblem[]
}

/** Reads `clients` of the options. `scopes` are the deployment's own. */
export function readDeclaredClients(declarations: readonly object[], scopes: Scopes): DeclaredClients {
  const clients = new Map<string, DeclaredClient>()
  const problems: MetadataProblem[] = []
  for (const [at, declaration] of declarations.entries()) {
    const read = readDeclaration(declaration, scopes)
    if ('problems' in read) {
      problems.push(...read.problems.map(({ field, message }) => ({ field: `clients[${at}].${field}`, message })))
    } else if (clients.has(read.client.id)) {
      problems.push({ field: `clients[${at}].client_id`, message: 'is the id of another client of the list' })
    } else clients.set(read.client.id, read)
  }
  return { clients, problems }
}

function readDeclaration(
  declaration: object,
  scopes: Scopes,
): DeclaredClient | { readonly problems: readonly MetadataProblem[] } {
  const {
    client_secret: one,
    client_secrets: several,
    ...metadata
  } = { client_secret: undefined, client_secrets: undefined, ...declaration }
  const parsed = parseClientMetadata(metadata, scopes, ['client_secret', 'client_secrets'])
  if (parsed.problems) return parsed
  const { client } = parsed
  const refuse = (field: string, message: string) => ({ problems: [{ field, message }] })

  if (one !== undefined && several !== undefined)
    return refuse('client_secrets', 'stands beside client_secret: give one of them')
  const secrets: unknown = several ?? (one === undefined ? [] : [one])
  if (!Array.isArray(secrets)) return refuse('client_secrets', 'must be a list')
  if (isPublic(client)) {
    // A secret that ships with a public client is none (RFC 6749 §2.1).
    return secrets.length === 0
      ? { client, secretHashes: [] }
      : refuse('client_secret', 'must not be given with token_endpoint_auth_method none')
  }
  if (secrets.length === 0) {
    return refuse('client_secret', 'is missing: set one of at least 32 characters, or token_endpoint_auth_method none')
  }
  if (secrets.length > 2) return refuse('client_secrets', 'must be at most two')
  const hashes: string[] = []
  for (const secret of secrets) {
    const problem = typeof secret === 'string' ? clientSecretProblem(secret) : 'must be text'
    if (problem !== undefined) return refuse('client_secret', problem)
    hashes.push(hashClientSecret(secret))
  }
  return { client, secretHashes: hashes }
}
