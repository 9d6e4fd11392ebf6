/** The resource servers that tokens may be asked for (RFC 8707): how they are named, and when two names are one. */
import { characterProblem } from './registered-uri.ts'

/** Of `resources` the one that `presented` names, in the spelling of `resources`. */
export function findResource(resources: readonly string[], presented: string): string | undefined {
  return resources.find((resource) => isSameResource(resource, presented))
}

/** Compared as they stand, but that an origin is the same with a slash at its end: the URL classes of clients add it. */
export function isSameResource(one: string, other: string): boolean {
  return one === other || comparable(one) === comparable(other)
}

function comparable(uri: string): string {
  return /^https?:\/\/[^/?#]+\/$/.test(uri) ? uri.slice(0, -1) : uri
}

/** Why `uri` can't name a resource server, as what follows it; `undefined` when it can. */
export function resourceProblem(uri: string): string | undefined {
  const problem = characterProblem(uri)
  if (problem) return problem
  // RFC 8707 §2: the value MUST be an absolute URI, and MUST NOT include a fragment component.
  if (uri.includes('#')) return 'must not have a fragment (#)'
  if (!/^[a-z][a-z0-9+.-]*:/i.test(uri) || !URL.canParse(uri))
    return 'must be absolute, such as https://api.example.com'
  const { href, origin } = new URL(uri)
  // Tokens are compared with it as a string, so that it must have one spelling.
  return uri === href || uri === origin ? undefined : `must be written as ${href}`
}
