/** Makes the answer to a refused request: status, challenge and body (RFC 6750 §3, RFC 9449 §7.1, RFC 9728 §5.1). */
import { Challenge, type ChallengeAnswer } from './challenge.ts'
import type { SenderConstraint } from './dpop/sender-constraint.ts'
import { answerOf, type RefusalAnswer, Refused } from './refused.ts'
import { type RejectionFacts, TokenRejected } from './rejection.ts'
import { isScope } from './scope-hierarchy.ts'
import { type ChallengeParameters, formatChallenge } from './www-authenticate.ts'

/** What of a guard's settings is in its answers. */
export interface AnswerSettings {
  readonly realm: string | undefined
  readonly compat: 'fastapi' | undefined
  readonly dpop: SenderConstraint | undefined
  /** Where the metadata of the resource are. */
  readonly metadataUrl: string | undefined
}

/** In how many seconds to try again what could not be checked. */
const retryAfter = '5'

/** @param scopes those that the route needs */
export function toChallenge(error: unknown, scopes: readonly string[], settings: AnswerSettings): Challenge {
  const refused = toRefused(error)
  const { reason, facts } = refused
  const answer = answerOf(reason)
  const response =
    settings.compat === 'fastapi' ? answerLikeFastApi(answer, scopes) : answerBy(answer, scopes, settings)
  return new Challenge({ ...response, headers: { ...response.headers, ...refused.headers } }, { reason, ...facts })
}

/** Whatever fails, the request does not pass. */
function toRefused(error: unknown): Refused {
  if (error instanceof Refused) return error
  if (error instanceof TokenRejected) return new Refused(error.reason, factsOf(error))
  return new Refused('verification_failed', { cause: error })
}

function factsOf({ expected, received, cause }: TokenRejected): RejectionFacts {
  return {
    ...(expected !== undefined && { expected }),
    ...(received !== undefined && { received }),
    ...(cause !== undefined && { cause }),
  }
}

function answerBy(answer: RefusalAnswer, scopes: readonly string[], settings: AnswerSettings): ChallengeAnswer {
  const { status, error, description } = answer
  const body = { ...(error && { error }), error_description: description }
  if (status === 503) return { status, headers: { ...headers, 'retry-after': retryAfter }, body }
  return { status, headers: { ...headers, 'www-authenticate': challengesFor(answer, scopes, settings) }, body }
}

/** As the tutorial does: always 401; `get_current_user` names the scopes of the route, what reads the header does not. */
function answerLikeFastApi({ status, error, detail }: RefusalAnswer, scopes: readonly string[]): ChallengeAnswer {
  if (status === 503) return { status, headers: { ...headers, 'retry-after': retryAfter }, body: { detail } }
  const challenge = formatChallenge(error === undefined ? {} : scopeParameter(scopes))
  return { status: 401, headers: { ...headers, 'www-authenticate': challenge }, body: { detail } }
}

const headers = {
  'content-type': 'application/json',
  // RFC 6750 §5.2, RFC 9111 §3.5: nobody else is to be given this answer.
  'cache-control': 'no-store',
}

function challengesFor(
  { error, description }: RefusalAnswer,
  scopes: readonly string[],
  settings: AnswerSettings,
): string {
  const { realm, dpop, metadataUrl } = settings
  const parameters: ChallengeParameters = {
    ...(realm !== undefined && { realm }),
    // RFC 6750 §3.1: no error code or other error information for a request without any.
    ...(error !== undefined && { error, errorDescription: description }),
    ...scopeParameter(scopes),
    ...(metadataUrl !== undefined && { resourceMetadata: metadataUrl }),
  }
  if (dpop === undefined) return formatChallenge(parameters)
  const algs = dpop.algorithms.join(' ')
  // RFC 9449 §7.2: a challenge for each scheme that is accepted; the error is that of the one that is told first.
  if (dpop.isRequired || isOfProof(error)) return formatChallenge({ scheme: 'DPoP', ...parameters, algs })
  return `${formatChallenge(parameters)}, ${formatChallenge({ scheme: 'DPoP', algs })}`
}

function isOfProof(error: RefusalAnswer['error']): boolean {
  return error === 'invalid_dpop_proof' || error === 'use_dpop_nonce'
}

/** All scopes of the route in one challenge (RFC 6750 §3); what is no scope was refused for that, and is not written. */
function scopeParameter(scopes: readonly string[]): { readonly scope?: string } {
  return scopes.length > 0 && scopes.every(isScope) ? { scope: scopes.join(' ') } : {}
}
