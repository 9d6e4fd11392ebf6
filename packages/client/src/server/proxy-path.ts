/** Where the proxy sends a request: below the address that it was given, whatever the path says. */

/** Whether the path is that of `prefix` or continues it with a slash. */
export function isBelow(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(`${prefix}/`)
}

/**
 * The address for what follows `prefix` in the path of `url`, or `undefined` when the path is not below `prefix` or could leave
 * `to`: by dot segments, by an encoded slash, backslash, question mark or number sign, also where the API decodes twice (CWE-22, CWE-918).
 */
export function proxyTarget(url: URL, prefix: string, to: URL): URL | undefined {
  if (!isBelow(url.pathname, prefix)) return undefined
  const rest = url.pathname.slice(prefix.length)
  if (!isPlain(rest)) return undefined
  const base = to.pathname.replace(/\/$/, '')
  const target = new URL(to.origin)
  target.pathname = `${base}${rest}`
  target.search = url.search
  // The path was set on a URL that has its host: it can't become one. That it was kept as it is shows that it had nothing to resolve.
  return target.pathname === (`${base}${rest}` || '/') && target.origin === to.origin ? target : undefined
}

/** The path under `prefix` at which a browser reaches this address of the API, or `undefined` when it is not below `to`. */
export function proxiedPath(target: URL, prefix: string, to: URL): string | undefined {
  const base = to.pathname.replace(/\/$/, '')
  if (target.origin !== to.origin || !isBelow(target.pathname, base)) return undefined
  return `${prefix}${target.pathname.slice(base.length)}${target.search}`
}

/** Whether the path has no second meaning, however often it is decoded on its way. */
function isPlain(path: string): boolean {
  if (!isDecodable(path)) return false
  for (let text = path; ; ) {
    // An encoded slash would be one segment here and two there, and behind ? and # begins what is no path.
    if (/\/\/|\\|%2f|%5c|%3f|%23|\p{Cc}|(^|\/)\.{1,2}([/;\s]|$)/iu.test(text)) return false
    const decoded = decodeAscii(text)
    if (decoded === text) return true
    text = decoded
  }
}

/** Whether it is UTF-8, in the one spelling that there is of each character. */
function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}

function decodeAscii(text: string): string {
  return text.replace(/%[0-7][0-9a-f]/gi, (triple) => String.fromCharCode(Number.parseInt(triple.slice(1), 16)))
}
