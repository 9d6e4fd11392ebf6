/** Requests to the issuer that a decision depends on. */
import { describeError } from '../describe.ts'
import { readMember } from '../jwt/strict-json.ts'
import { TokenRejection } from '../token-rejection.ts'
import type { IssuerAccess, IssuerFailure } from '../token-source.ts'
import type { KnownIssuer } from './issuer.ts'

type Part = IssuerFailure['part']

/**
 * Runs the request, and reports its failure.
 *
 * @param request throws an Error whose message is a sentence for the operator
 * @throws TokenRejection `issuer_unavailable`, after `onFailure` was called with that sentence
 */
export async function requestIssuer<Result>(
  access: IssuerAccess,
  part: Part,
  url: string,
  request: () => Promise<Result>,
): Promise<Result> {
  try {
    return await request()
  } catch (cause) {
    // An inner request has reported it.
    if (cause instanceof TokenRejection && cause.reason === 'issuer_unavailable') throw cause
    access.onFailure({ part, url, message: describeError(cause), cause })
    throw new TokenRejection('issuer_unavailable', { expected: `${part} of the issuer`, cause })
  }
}

/**
 * The URL of an endpoint, from the metadata.
 *
 * @param fix what the operator can do when the metadata has no such endpoint
 */
export function findEndpoint(
  access: IssuerAccess,
  part: Part,
  { identifier, metadata }: KnownIssuer,
  name: string,
  fix: string,
): Promise<string> {
  return requestIssuer(access, part, identifier, async () => {
    const endpoint = readMember(await metadata.get(), name)
    if (typeof endpoint === 'string') return endpoint
    throw new Error(`the metadata has no ${name}: ${fix}`)
  })
}
