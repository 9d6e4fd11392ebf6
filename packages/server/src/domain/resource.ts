/** The resource servers that a token can be requested for (RFC 8707): their names, and when two names are the same. */
import { characterProblem } from './registered-uri.ts'

/** The one of `resources` that `presented` names, in the spelling of `resources`. */
export function findResource(resources: readonly string[], presented: string): string | undefined {
  return resources.find((resource) => isSameResource(resource, presented))
}

/** Compared character by character, except that an origin may end with a slash: the URL classes of clients add it. */
export function isSameResource(one: string, other: string): boolean {
  return one === other || comparable(one) === comparable(other)
}

function comparable(uri: string): string {
  return /^https?:\/\/[^/?#]+\/$/.test(uri) ? uri.slice(0, -1) : uri
}

/** Why `uri` cannot name a resource server, as the words that follow it; `undefined` when it can. */
export function resourceProblem(uri: string): string | undefined {
  const problem = characterProblem(uri)
  if (problem) return problem
  // RFC 8707 §2: the value MUST be an absolute URI, and MUST NOT include a fragment component.
  if (uri.includes('#')) return 'must not have a fragment (#)'
  if (!/^[a-z][a-z0-9+.-]*:/i.test(uri) || !URL.canParse(uri))
    return 'must be absolute, such as https://api.example.com'
  const { href, origin } = new URL(uri)
  // It is compared with the tokens' `aud` as a string, so it must have one spelling.
  return uri === href || uri === origin ? undefined : `must be written as ${href}`
}
