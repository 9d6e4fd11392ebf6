/** Where a login ends: a path of this app and nothing else, so that no link to the login leads to another site. */

/** Longer ones would not fit into the cookie that remembers them. */
const maxPathLength = 512

/** Answers the path with its query and fragment, or `undefined` when the text may lead away from `origin` (CWE-601). */
export function readReturnTo(text: string, origin: string): string | undefined {
  // Browsers read // and /\ as the beginning of a host, and drop tabs and line ends before they look.
  if (!/^\/(?![/\\])[!-[\]-~]*$/.test(text) || text.length > maxPathLength) return undefined
  const url = new URL(text, origin)
  // "/.//host" has become "//host" by now.
  if (url.origin !== origin || url.pathname.startsWith('//')) return undefined
  return `${url.pathname}${url.search}${url.hash}`
}
