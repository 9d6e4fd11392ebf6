import type { OAuthError } from './oauth/errors.ts'

/** The response of a handler as plain data. `http/respond.ts` writes it. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>
  readonly cookies?: readonly Cookie[]
  /** The same as they are sent: `http/respond.ts` makes them. */
  readonly cookieLines?: readonly string[]
  /** A form that the browser posts to the client at once. `http/respond.ts` makes the page around it. */
  readonly formPost?: { readonly action: string; readonly parameters: Readonly<Record<string, string>> }
  /** The rejection behind this response, when the response has its own form, such as a redirect. For the trace and the log. */
  readonly rejection?: OAuthError
}

/** A cookie that scripts cannot read, and that another site can send only by a link (`http/cookies.ts`). */
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

/** A JSON response. `value` is anything that JSON.stringify accepts. */
export function json(value: unknown): TextReply {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) }
}

/** An HTML page. Its content security policy allows only the page's own resources, and a window that opened it has no access to it. */
export function html(page: string, contentSecurityPolicy: string): TextReply {
  return {
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': contentSecurityPolicy,
      'cross-origin-opener-policy': 'same-origin',
    },
    body: page,
  }
}

/** Redirects a browser with GET, whatever its method was, so that a posted password is never posted again (RFC 9700 §4.12). */
export function seeOther(location: string): TextReply {
  return { status: 303, headers: { location }, body: '' }
}
