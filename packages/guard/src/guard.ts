/** Decides whether a request may pass: reads its token, asks what it is good for, and challenges what may not pass (RFC 6750). */
import type { Access } from './access.ts'
import { type AnswerSettings, toChallenge } from './answer-refusal.ts'
import { isBearerToken } from './bearer.ts'
import type { Challenge } from './challenge.ts'
import { resolveGuardOptions } from './guard-config.ts'
import type { GuardOptions } from './guard-options.ts'
import type { GuardRequest } from './guard-request.ts'
import { readMember } from './jwt/strict-json.ts'
import { describeResource, type ResourceMetadata } from './metadata.ts'
import { notify } from './notify.ts'
import { readPresentedToken } from './presented-token.ts'
import { Refused } from './refused.ts'
import { describeValue, TokenRejected } from './rejection.ts'
import { type Requirement, scopesNeeded } from './requirement.ts'
import type { RevokedBy } from './revocations/revocation-list.ts'
import { hasScopes } from './scope.ts'
import { createExpander } from './scope-hierarchy.ts'
import { createSources } from './sources.ts'
import type { IssuerAccess } from './token-source.ts'

export type { Requirement } from './requirement.ts'

/** Made by `createGuard`. Its functions need no `this`. */
export interface Guard {
  /**
   * Answers what the request may do.
   * @throws Challenge and nothing else; `challenge.toResponse()`, or its status, headers and body, is the answer
   */
  readonly check: (request: GuardRequest, requirement?: Requirement) => Promise<Access>
  /**
   * The same for a token by itself, for frameworks that read the header themselves. Refuses a token that is bound to a key, since
   * no request can prove that one.
   * @throws Challenge and nothing else
   */
  readonly checkToken: (token: string, requirement?: Requirement) => Promise<Access>
  /**
   * The metadata of the resource, and where to serve them (RFC 9728).
   * @throws TypeError when the guard was made without the option `metadata`
   */
  readonly metadata: () => ResourceMetadata
}

/**
 * Makes a guard. Nothing is fetched before the first check.
 *
 * ```ts
 * const guard = createGuard({ issuer: 'https://login.example.com', audience: 'https://api.example.com' })
 * const { subject, scopes } = await guard.check(request, { scopes: ['items'] })
 * ```
 *
 * @throws TypeError when an option is wrong, naming it and the fix
 * @see RFC 6750, RFC 9068 §4
 */
export function createGuard(options: GuardOptions): Guard {
  const rules = resolveGuardOptions(options)
  const { dpop, onReject, metadata = false, scopeHierarchy } = options
  const { tokens, revocations } = createSources(options, rules, toIssuerAccess(options, rules.now))
  const expand = scopeHierarchy === undefined ? undefined : createExpander(scopeHierarchy)
  const resource = metadata === false ? undefined : describeResource(metadata, options)
  const settings: AnswerSettings = { realm: options.realm, compat: options.compat, dpop, metadataUrl: resource?.url }

  async function admit(presented: GuardRequest | string, requirement: Requirement | undefined): Promise<Access> {
    let scopes: readonly string[] = []
    try {
      scopes = scopesNeeded(requirement)
      const isRequest = typeof presented !== 'string'
      const token = isRequest ? readPresentedToken(presented, dpop !== undefined) : requireBearerToken(presented)
      // Awaited only where it is a promise: most tokens were seen before, and what is at hand is answered at once.
      const found = tokens.check(token)
      const issued = found instanceof Promise ? await found : found
      const revokedBy = revocations?.find(issued)
      requireInForce(revokedBy instanceof Promise ? await revokedBy : revokedBy)
      if (isRequest && dpop !== undefined) await dpop.check(presented, token, issued)
      else requireUnbound(issued, dpop?.isRequired === true)
      const access = expand?.(issued) ?? issued
      requireScopes(access, scopes)
      return access
    } catch (error) {
      throw refuse(error, scopes)
    }
  }

  function refuse(error: unknown, scopes: readonly string[]): Challenge {
    const challenge = toChallenge(error, scopes, settings)
    const { reason, expected, received, status } = challenge
    notify(onReject, { reason, expected, received, status, cause: status === 503 ? challenge.cause : undefined })
    return challenge
  }

  return {
    check: admit,
    checkToken: admit,
    metadata: () => {
      if (resource !== undefined) return resource
      throw new TypeError('this guard was made without the option metadata: true')
    },
  }
}

function toIssuerAccess(options: GuardOptions, now: () => number): IssuerAccess {
  const { onFailure, fetch: given } = options
  return {
    // Found when it is called, and called as a function: a browser's fetch works with no other `this`.
    fetch: async (...parameters) => await (given ?? fetch)(...parameters),
    now,
    onFailure: (failure) => notify(onFailure, failure),
  }
}

function requireBearerToken(token: string): string {
  if (isBearerToken(token)) return token
  throw new TokenRejected('token_malformed', { expected: 'a token that may stand in a header' })
}

function requireInForce(revokedBy: RevokedBy | undefined): void {
  if (revokedBy === undefined) return
  throw new Refused('token_revoked', { expected: 'a token in force', received: `revoked by its ${revokedBy}` })
}

/** RFC 9449 §7.2, RFC 8705 §3: a token that is bound to a key MUST NOT pass without proof of it. */
function requireUnbound({ claims }: Access, mustBeBound: boolean): void {
  if (mustBeBound) throw new Refused('proof_missing', { expected: 'a request with a proof', received: 'a token alone' })
  const confirmation = readMember(claims, 'cnf')
  if (confirmation === undefined) return
  throw new Refused('proof_unsupported', { expected: 'a token without cnf', received: describeValue(confirmation) })
}

function requireScopes({ scopes: granted }: Access, needed: readonly string[]): void {
  if (hasScopes(granted, needed)) return
  const received = describeValue(granted.join(' '))
  throw new Refused('scope_missing', { expected: describeValue(needed.join(' ')), received })
}
