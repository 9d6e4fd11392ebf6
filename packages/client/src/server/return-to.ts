/** Where the browser goes after a login: only to a path of this app, so that no link to the login leads to another site. */

/** A longer path would not fit into the cookie of the login. */
const maxPathLength = 512

/** Returns the path with its query and fragment, or `undefined` when it may lead to another origin (CWE-601). */
export function readReturnTo(text: string, origin: string): string | undefined {
  // Browsers read // and /\ as the beginning of a host, after they have removed tabs and line ends.
  if (!/^\/(?![/\\])[!-[\]-~]*$/.test(text) || text.length > maxPathLength) return undefined
  const url = new URL(text, origin)
  // The URL parser turns "/.//host" into "//host".
  if (url.origin !== origin || url.pathname.startsWith('//')) return undefined
  return `${url.pathname}${url.search}${url.hash}`
}
