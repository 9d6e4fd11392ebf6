/** Where the proxy sends a request: always below the URL in its options, whatever the path says. */

/** Whether the path is that of `prefix` or continues it with a slash. */
export function isBelow(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(`${prefix}/`)
}

/**
 * The URL for what follows `prefix` in the path of `url`, or `undefined` when the path is not below `prefix` or could leave `to`: by dot
 * segments or by an encoded slash, backslash, question mark or number sign, even if the API decodes twice (CWE-22, CWE-918).
 */
export function proxyTarget(url: URL, prefix: string, to: URL): URL | undefined {
  if (!isBelow(url.pathname, prefix)) return undefined
  const rest = url.pathname.slice(prefix.length)
  if (!isPlain(rest)) return undefined
  const base = to.pathname.replace(/\/$/, '')
  const target = new URL(to.origin)
  target.pathname = `${base}${rest}`
  target.search = url.search
  // The path is set on a URL that already has a host, so it cannot become one. If it is unchanged, it had nothing to resolve.
  return target.pathname === (`${base}${rest}` || '/') && target.origin === to.origin ? target : undefined
}

/** The path under `prefix` at which a browser reaches this URL of the API, or `undefined` when it is not below `to`. */
export function proxiedPath(target: URL, prefix: string, to: URL): string | undefined {
  const base = to.pathname.replace(/\/$/, '')
  if (target.origin !== to.origin || !isBelow(target.pathname, base)) return undefined
  return `${prefix}${target.pathname.slice(base.length)}${target.search}`
}

/** Whether the path means the same, however often it is decoded on its way. */
function isPlain(path: string): boolean {
  if (!isDecodable(path)) return false
  for (let text = path; ; ) {
    // An encoded slash would be one segment here and two at the API; ? and # end the path.
    if (/\/\/|\\|%2f|%5c|%3f|%23|\p{Cc}|(^|\/)\.{1,2}([/;\s]|$)/iu.test(text)) return false
    const decoded = decodeAscii(text)
    if (decoded === text) return true
    text = decoded
  }
}

/** Whether it is valid UTF-8, without a second encoding of any character. */
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
