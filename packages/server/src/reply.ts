/** What a handler answers; `http/respond.ts` writes it. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>
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
