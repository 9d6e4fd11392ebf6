/** Tells that something could not be had of the issuer: the operator in a sentence, the request as `issuer_unavailable`. */
import { Refused } from '../refused.ts'
import type { IssuerAccess, IssuerFailure } from '../token-source.ts'

/** Reports the failure. @throws Refused `issuer_unavailable` always */
export function failIssuer(access: IssuerAccess, failure: IssuerFailure): never {
  access.onFailure(failure)
  throw new Refused('issuer_unavailable', {
    expected: `${failure.part} of the issuer`,
    cause: failure.cause ?? failure,
  })
}

/** The sentence of whatever was thrown. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : 'an error that is none was thrown'
}
