/** The part of a browser that a login needs: it keeps cookies, and follows no redirects. */
import { request } from 'node:http'

export interface Browser {
  /** The current cookies, by name. */
  readonly cookies: Map<string, string>
  /** Requests a path of the app, as for a user who follows a link. Headers may be added or, with `null`, left out. */
  readonly open: (path: string, init?: BrowserInit) => Promise<Response>
  /** Posts as a form of the app does. */
  readonly post: (path: string, init?: BrowserInit) => Promise<Response>
  /** The Set-Cookie lines of all responses so far. */
  readonly lines: readonly string[]
}

export interface BrowserInit extends Omit<RequestInit, 'headers'> {
  readonly headers?: Readonly<Record<string, string | null>>
}

type Send = (path: string, init: RequestInit) => Promise<Response>

export function createBrowser(send: Send): Browser {
  const cookies = new Map<string, string>()
  const lines: string[] = []
  const ask = async (path: string, init: BrowserInit, own: Readonly<Record<string, string>>): Promise<Response> => {
    const headers = new Headers()
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const all = { ...own, ...(cookie && { cookie }), ...init.headers }
    for (const [name, value] of Object.entries(all)) if (value !== null) headers.set(name, value)
    const response = await send(path, { ...init, headers, redirect: 'manual' })
    for (const line of response.headers.getSetCookie()) {
      lines.push(line)
      const [, name = '', value = '', age] = /^([^=]+)=([^;]*);.*Max-Age=(\d+)/.exec(line) ?? []
      if (age === '0') cookies.delete(name)
      else cookies.set(name, value)
    }
    return response
  }
  return {
    cookies,
    lines,
    open: (path, init = {}) =>
      ask(path, init, { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'none' }),
    post: (path, init = {}) =>
      ask(path, { method: 'POST', ...init }, { 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'same-origin' }),
  }
}

/** Sends over a socket as it stands: `fetch` would say by itself what the request is for. */
export function sendTo(origin: string): Send {
  return (path, { method = 'GET', headers, body }) =>
    new Promise((resolve, reject) => {
      const sent = request(origin, { path, method, headers: Object.fromEntries(new Headers(headers)) })
      sent.once('error', reject)
      sent.once('response', (message) => {
        const received = new Headers()
        for (const [name, values = []] of Object.entries(message.headersDistinct)) {
          for (const value of values) received.append(name, value)
        }
        const { statusCode: status = 0 } = message
        const chunks: Buffer[] = []
        message.on('data', (chunk) => chunks.push(chunk))
        message.once('error', reject)
        message.once('end', () => {
          const content = status === 204 || status === 304 ? null : Buffer.concat(chunks)
          resolve(new Response(content, { status, headers: received }))
        })
      })
      sent.end(body ?? undefined)
    })
}
