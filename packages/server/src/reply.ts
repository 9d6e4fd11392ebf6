import type { OAuthError } from './oauth/errors.ts'

/** What a handler answers; `http/respond.ts` writes it. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>
  readonly cookie?: Cookie
  /** A form that the browser posts on to the client at once: `http/respond.ts` makes the page around it. */
  readonly formPost?: { readonly action: string; readonly parameters: Readonly<Record<string, string>> }
  /** The rejection that this answer tells in a form of its own, such as a redirect: the trace and the log are told of it. */
  readonly rejection?: OAuthError
}

/** A cookie that no script reads and no other site's request brings, but a link (`http/cookies.ts`). */
export interface Cookie {
  readonly name: string
  /** Letters, digits, `-` and `_`. */
  readonly value: string
  /** Seconds; 0 removes it. */
  readonly maxAge: number
}

export interface TextReply extends Reply {
  readonly body: string
}

/** A JSON answer. `value` is anything JSON.stringify takes. */
export function json(value: unknown): TextReply {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) }
}

/** An HTML page. Its content security policy allows only what the page itself brings. */
export function html(page: string, contentSecurityPolicy: string): TextReply {
  return {
    status: 200,
    headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': contentSecurityPolicy },
    body: page,
  }
}

/** Sends a browser on with GET, whatever its method was: a posted password is never posted on (RFC 9700 §4.12). */
export function seeOther(location: string): TextReply {
  return { status: 303, headers: { location }, body: '' }
}
