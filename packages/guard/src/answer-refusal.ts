/** Makes the answer to a refused request: status, challenge and body (RFC 6750 §3, RFC 9449 §7.1, RFC 9728 §5.1). */
import { Challenge, type ChallengeAnswer } from './challenge.ts'
import type { SenderConstraint } from './dpop/sender-constraint.ts'
import { answerOf, type RefusalAnswer, Refused } from './refused.ts'
import { TokenRejected } from './rejection.ts'
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

const headers = {
  'content-type': 'application/json',
  // RFC 6750 §5.2, RFC 9111 §3.5: nobody else is to be given this answer.
  'cache-control': 'no-store',
}

/** What an answer has besides its headers for all. */
interface Answer extends Pick<ChallengeAnswer, 'status' | 'body'> {
  readonly challenge: string
}

/** @param scopes those that the route needs */
export function toChallenge(error: unknown, scopes: readonly string[], settings: AnswerSettings): Challenge {
  const refusal = toRefusal(error)
  const answerBy = settings.compat === 'fastapi' ? answerLikeFastApi : answerByStandard
  const { status, challenge, body } = answerBy(answerOf(refusal.reason), scopes, settings)
  const told: ChallengeAnswer['headers'] =
    status === 503 ? { 'retry-after': retryAfter } : { 'www-authenticate': challenge }
  const besides = refusal instanceof Refused ? refusal.headers : {}
  return new Challenge({ status, headers: { ...headers, ...told, ...besides }, body }, refusal)
}

/** Whatever fails, the request does not pass. */
function toRefusal(error: unknown): Refused | TokenRejected {
  if (error instanceof Refused || error instanceof TokenRejected) return error
  return new Refused('verification_failed', { cause: error })
}

function answerByStandard(answer: RefusalAnswer, scopes: readonly string[], settings: AnswerSettings): Answer {
  const { status, error, description } = answer
  const body = { ...(error && { error }), error_description: description }
  return { status, body, challenge: challengesFor(answer, scopes, settings) }
}

/** As the tutorial does: always 401; `get_current_user` names the scopes of the route, what reads the header does not. */
function answerLikeFastApi({ status, error, detail }: RefusalAnswer, scopes: readonly string[]): Answer {
  const challenge = formatChallenge({ scope: error && scopeOf(scopes) })
  return { status: status === 503 ? 503 : 401, body: { detail }, challenge }
}

function challengesFor(
  { error, description }: RefusalAnswer,
  scopes: readonly string[],
  { realm, dpop, metadataUrl }: AnswerSettings,
): string {
  const parameters: ChallengeParameters = {
    realm,
    // RFC 6750 §3.1: no error code or other error information for a request without any.
    error,
    errorDescription: error && description,
    scope: scopeOf(scopes),
    resourceMetadata: metadataUrl,
  }
  if (dpop === undefined) return formatChallenge(parameters)
  const algs = dpop.algorithms.join(' ')
  // RFC 9449 §7.2: a challenge for each scheme that is accepted; the error is that of the one that is told first.
  if (dpop.isRequired || isOfProof(error)) return formatChallenge({ ...parameters, scheme: 'DPoP', algs })
  return `${formatChallenge(parameters)}, ${formatChallenge({ scheme: 'DPoP', algs })}`
}

function isOfProof(error: RefusalAnswer['error']): boolean {
  return error === 'invalid_dpop_proof' || error === 'use_dpop_nonce'
}

/** All scopes of the route in one challenge (RFC 6750 §3); what is no scope was refused for that, and is not written. */
function scopeOf(scopes: readonly string[]): string | undefined {
  return scopes.length > 0 && scopes.every(isScope) ? scopes.join(' ') : undefined
}
