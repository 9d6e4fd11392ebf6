/** Asks the issuer for something that no decision can be made without. */
import { readMember } from '../jwt/strict-json.ts'
import { Refused } from '../refused.ts'
import { sentenceOf } from '../sentence.ts'
import type { IssuerAccess, IssuerFailure } from '../token-source.ts'
import type { KnownIssuer } from './issuer.ts'

type Part = IssuerFailure['part']

/**
 * What `ask` answers.
 *
 * @param ask throws an Error whose message is a sentence for the operator
 * @throws Refused `issuer_unavailable`, after `onFailure` was told that sentence
 */
export async function askIssuer<Answer>(
  access: IssuerAccess,
  part: Part,
  url: string,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await ask()
  } catch (cause) {
    // Told already.
    if (cause instanceof Refused) throw cause
    access.onFailure({ part, url, message: sentenceOf(cause), cause })
    throw new Refused('issuer_unavailable', { expected: `${part} of the issuer`, cause })
  }
}

/**
 * A URL that the metadata name.
 *
 * @param fix what to do when they do not
 */
export function findEndpoint(
  access: IssuerAccess,
  part: Part,
  { identifier, metadata }: KnownIssuer,
  name: string,
  fix: string,
): Promise<string> {
  return askIssuer(access, part, identifier, async () => {
    const endpoint = readMember(await metadata.get(), name)
    if (typeof endpoint === 'string') return endpoint
    throw new Error(`the metadata have no ${name}: ${fix}`)
  })
}
