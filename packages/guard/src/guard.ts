/** Decides whether a request may pass: reads and checks its token, and rejects what may not pass (RFC 6750). */
import type { Access } from './access.ts'
import { isBearerToken, readRequestToken } from './bearer.ts'
import { describeValue } from './describe.ts'
import type { GuardOptions } from './guard-options.ts'
import type { GuardRequest } from './guard-request.ts'
import { readMember } from './jwt/strict-json.ts'
import { describeResource, type ResourceMetadata } from './metadata.ts'
import type { Rejection } from './rejection.ts'
import { type ResponseSettings, toRejection } from './rejection-response.ts'
import { type Requirement, readRequiredScopes, requireClaims } from './requirement.ts'
import { resolveGuardOptions } from './resolve-guard-options.ts'
import type { RevokedBy } from './revocations/revocation-list.ts'
import { hasScopes } from './scope.ts'
import { createExpander } from './scope-hierarchy.ts'
import { createSources } from './sources.ts'
import { TokenRejection } from './token-rejection.ts'
import type { IssuerAccess } from './token-source.ts'

export type { Requirement } from './requirement.ts'

/** Made by `createGuard`. Its functions need no `this`. */
export interface Guard {
  /**
   * Returns what the request may do.
   * @throws Rejection and nothing else; `rejection.toResponse()`, or its status, headers and body, is the response
   */
  readonly check: (request: GuardRequest, requirement?: Requirement) => Promise<Access>
  /**
   * The same for a token without its request, for frameworks that read the header themselves. Rejects a token that is bound to a
   * key: only a request can prove possession of the key. Without a token, as where there is no header, it rejects with `token_missing`.
   * @throws Rejection and nothing else
   */
  readonly checkToken: (token: string, requirement?: Requirement) => Promise<Access>
  /**
   * The metadata of the resource, and where to serve it (RFC 9728).
   * @throws TypeError when the guard was made without the option `metadata`
   */
  readonly metadata: () => ResourceMetadata
}

/**
 * Makes a guard. It fetches nothing before the first check.
 *
 * ```ts
 * const guard = createGuard({ issuer: 'https://login.example.com', audience: 'https://api.example.com' })
 * const { subject, scopes } = await guard.check(request, { scopes: ['items'] })
 * ```
 *
 * @throws TypeError when an option is wrong, with its name and the fix
 * @see RFC 6750, RFC 9068 §4
 */
export function createGuard(options: GuardOptions): Guard {
  const rules = resolveGuardOptions(options)
  const { dpop, onReject, metadata = false, scopeHierarchy } = options
  const { tokens, revocations } = createSources(options, rules, toIssuerAccess(options, rules.now))
  const expand = scopeHierarchy === undefined ? undefined : createExpander(scopeHierarchy)
  const resource = metadata === false ? undefined : describeResource(metadata, options)
  const settings: ResponseSettings = { realm: options.realm, compat: options.compat, dpop, metadataUrl: resource?.url }

  /** @param request `undefined` for a token without its request */
  async function decide(
    readToken: () => string,
    request: GuardRequest | undefined,
    requirement: Requirement | undefined,
  ): Promise<Access> {
    let scopes: readonly string[] = []
    try {
      scopes = readRequiredScopes(requirement)
      const token = readToken()
      // Awaited only where it is a promise: most tokens are in the cache, and then a promise would cost more than the check.
      const found = tokens.check(token)
      const issued = found instanceof Promise ? await found : found
      const revokedBy = revocations?.find(issued, token)
      requireNotRevoked(revokedBy instanceof Promise ? await revokedBy : revokedBy)
      if (request && dpop) await dpop.check(request, token, issued)
      else requireUnbound(issued, dpop?.isRequired === true)
      const access = expand?.(issued) ?? issued
      requireScopes(access, scopes)
      if (requirement?.claims !== undefined) requireClaims(access, requirement.claims)
      return access
    } catch (error) {
      throw reject(error, scopes)
    }
  }

  function reject(error: unknown, scopes: readonly string[]): Rejection {
    const rejection = toRejection(error, scopes, settings)
    notify(onReject, rejection)
    return rejection
  }

  return {
    check: (request, requirement) => decide(() => readRequestToken(request, dpop !== undefined), request, requirement),
    checkToken: (token, requirement) => decide(() => requireBearerToken(token), undefined, requirement),
    metadata: () => {
      if (resource !== undefined) return resource
      throw new TypeError('this guard has no option metadata: true')
    },
  }
}

function toIssuerAccess(options: GuardOptions, now: () => number): IssuerAccess {
  const { onFailure, fetch: given, unsafeHttpHosts: httpHosts = [] } = options
  return {
    // Looked up at each call, and called without `this`: a browser's fetch accepts no other.
    fetch: async (...parameters) => await (given ?? fetch)(...parameters),
    httpHosts,
    now,
    onFailure: (failure) => notify(onFailure, failure),
  }
}

/** Calls a listener of the application. Its errors are ignored: a logger that fails must neither change a decision nor end the process. */
function notify<Event>(listener: ((event: Event) => unknown) | undefined, event: Event): void {
  try {
    // For any value: a promise of another realm is no instance of this realm's Promise.
    Promise.resolve(listener?.(event)).catch(ignore)
  } catch (error) {
    ignore(error)
  }
}

function ignore(_error: unknown): void {}

/** Programs without types may pass anything: without a header, what frameworks give is `undefined` or `null`. */
function requireBearerToken(token: unknown): string {
  if (token == null) throw new TokenRejection('token_missing', { expected: 'a Bearer token' })
  if (typeof token === 'string' && isBearerToken(token)) return token
  throw new TokenRejection('token_malformed', { expected: 'a token that is valid in a header' })
}

function requireNotRevoked(revokedBy: RevokedBy | undefined): void {
  if (revokedBy === undefined) return
  throw new TokenRejection('token_revoked', {
    expected: 'a token that is not revoked',
    received: `revoked by its ${revokedBy}`,
  })
}

/** RFC 9449 §7.2, RFC 8705 §3: a token that is bound to a key MUST NOT pass without proof of possession. */
function requireUnbound({ claims }: Access, mustBeBound: boolean): void {
  if (mustBeBound) {
    throw new TokenRejection('proof_missing', { expected: 'a request with a proof', received: 'a token alone' })
  }
  const confirmation = readMember(claims, 'cnf')
  if (confirmation === undefined) return
  throw new TokenRejection('proof_unsupported', {
    expected: 'a token without cnf',
    received: describeValue(confirmation),
  })
}

function requireScopes({ scopes: granted }: Access, required: readonly string[]): void {
  if (hasScopes(granted, required)) return
  const received = describeValue(granted.join(' '))
  throw new TokenRejection('scope_missing', { expected: describeValue(required.join(' ')), received })
}
