/** The clients that the configuration declares, with the hashes of their secrets. */
import { type DeclaredClient, isPublic } from '../domain/client.ts'
import type { Scopes } from '../domain/scope.ts'
import type { ClientProblem } from './client-error.ts'
import { clientSecretProblem, hashClientSecret } from './client-secret.ts'
import { type MetadataReading, parseClientMetadata } from './parse-metadata.ts'

export interface DeclaredClients {
  readonly clients: ReadonlyMap<string, DeclaredClient>
  /** `field` has the place of the client, such as `clients[0].scope`. */
  readonly problems: readonly ClientProblem[]
}

/** What of the deployment decides about declarations. */
export type DeclarationReading = Pick<MetadataReading, 'httpHosts' | 'claims'>

/** Reads the option `clients`. `scopes` are the deployment's own. */
export function readDeclaredClients(
  declarations: readonly object[],
  scopes: Scopes,
  reading: DeclarationReading,
): DeclaredClients {
  const clients = new Map<string, DeclaredClient>()
  const problems: ClientProblem[] = []
  for (const [index, declaration] of declarations.entries()) {
    const read = readDeclaration(declaration, scopes, reading)
    if ('problems' in read) {
      problems.push(...read.problems.map((problem) => ({ ...problem, field: `clients[${index}].${problem.field}` })))
    } else if (clients.has(read.client.id)) {
      const field = `clients[${index}].client_id`
      problems.push({ code: 'client_exists', field, message: 'is the id of another client in the list' })
    } else clients.set(read.client.id, read)
  }
  return { clients, problems }
}

type Declaration = DeclaredClient | { readonly problems: readonly ClientProblem[] }

function readDeclaration(declaration: object, scopes: Scopes, reading: DeclarationReading): Declaration {
  const {
    client_secret: one,
    client_secrets: several,
    ...metadata
  } = { client_secret: undefined, client_secrets: undefined, ...declaration }
  const { client, problems } = parseClientMetadata(metadata, scopes, {
    alsoKnown: ['client_secret', 'client_secrets'],
    ...reading,
  })
  if (problems) return { problems }
  if (one !== undefined && several !== undefined) {
    return invalid('client_secrets', 'is set together with client_secret: set one of them')
  }
  const secrets: unknown = several ?? (one === undefined ? [] : [one])
  if (!Array.isArray(secrets)) return invalid('client_secrets', 'must be a list')
  if (isPublic(client)) {
    // RFC 6749 §2.1: a public client cannot keep a secret confidential.
    return secrets.length === 0
      ? { client, secretHashes: [] }
      : invalid('client_secret', 'must not be set with token_endpoint_auth_method none')
  }
  if (secrets.length === 0) {
    return invalid('client_secret', 'is missing: set one of at least 32 characters, or token_endpoint_auth_method none')
  }
  if (secrets.length > 2) return invalid('client_secrets', 'must be at most two')
  return hashSecrets(client, secrets)
}

function hashSecrets(client: DeclaredClient['client'], secrets: readonly unknown[]): Declaration {
  const secretHashes: string[] = []
  for (const secret of secrets) {
    if (typeof secret !== 'string') return invalid('client_secret', 'must be text')
    const problem = clientSecretProblem(secret)
    if (problem !== undefined) return invalid('client_secret', problem)
    secretHashes.push(hashClientSecret(secret))
  }
  return { client, secretHashes }
}

function invalid(field: string, message: string): { readonly problems: readonly ClientProblem[] } {
  return { problems: [{ code: 'invalid_client_metadata', field, message }] }
}
