/** The responses of the web login's own routes. No cache may store them (RFC 9111 §5.2.2.5). */

const noStore = { 'cache-control': 'no-store' } as const

/** A redirect to another page, by GET after every method (RFC 9110 §15.4.4). */
export function redirect(url: string): Response {
  return new Response(null, { status: 303, headers: { ...noStore, location: url } })
}

export function json(status: number, body: Readonly<Record<string, unknown>>): Response {
  return new Response(JSON.stringify(body), { status, headers: { ...noStore, 'content-type': 'application/json' } })
}

/** A page that loads nothing and runs nothing. */
export function page(status: number, html: string): Response {
  const headers = {
    ...noStore,
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
  }
  return new Response(html, { status, headers })
}

/** The response with these cookies added. A new response, since the headers of some responses cannot be changed. */
export function withCookies(response: Response, lines: readonly string[]): Response {
  if (lines.length === 0) return response
  const headers = new Headers(response.headers)
  for (const line of lines) headers.append('set-cookie', line)
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers })
}
