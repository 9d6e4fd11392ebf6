/** The answers of the web login's own routes: none of them may be kept by a cache (RFC 9111 §5.2.2.5). */

const noStore = { 'cache-control': 'no-store' } as const

/** To another page, by GET whatever the method was (RFC 9110 §15.4.4). */
export function redirect(url: string): Response {
  return new Response(null, { status: 303, headers: { ...noStore, location: url } })
}

export function json(status: number, body: Readonly<Record<string, unknown>>): Response {
  return new Response(JSON.stringify(body), { status, headers: { ...noStore, 'content-type': 'application/json' } })
}

/** A page by itself: it loads and runs nothing. */
export function page(status: number, html: string): Response {
  const headers = {
    ...noStore,
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
  }
  return new Response(html, { status, headers })
}

/** The answer with these cookies too. It may be anybody's: the headers of some can't be changed. */
export function withCookies(answer: Response, lines: readonly string[]): Response {
  if (lines.length === 0) return answer
  const headers = new Headers(answer.headers)
  for (const line of lines) headers.append('set-cookie', line)
  return new Response(answer.body, { status: answer.status, statusText: answer.statusText, headers })
}
