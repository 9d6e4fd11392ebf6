/** A browser for the pages of a deployment, which sends its requests with `probe`. */
import { createUserAgent, type UserAgent } from '../../user-agent/user-agent.ts'
import { type Probe, Unreachable } from './probe.ts'

export interface Browser {
  readonly agent: UserAgent
  /** The headers that set cookies, as far as they came. */
  readonly cookies: readonly string[]
}

/** It stays on the issuer's pages, and never opens a redirect URI. */
export function openBrowser(issuer: string, redirectUri: string, probe: Probe): Browser {
  const { origin, pathname } = new URL(issuer)
  const away = URL.canParse(redirectUri) ? new URL(redirectUri) : undefined
  const cookies: string[] = []
  const send = async (request: Request): Promise<Response> => {
    const { method, url } = request
    if (new URL(url).origin !== origin)
      throw new Unreachable(`a page leads to ${new URL(url).origin}, which is not asked`)
    const body = method === 'POST' ? await request.text() : undefined
    const response = await probe(url, { method, headers: Object.fromEntries(request.headers), body })
    cookies.push(...response.headers.getSetCookie())
    if (response.status < 200 || response.status > 599) throw new Unreachable(`the status is ${response.status}`)
    const isEmpty = [204, 205, 304].includes(response.status)
    return new Response(isEmpty ? null : response.body, { status: response.status, headers: response.headers })
  }
  const owns = (path: string) => path.startsWith(pathname) && !(away?.origin === origin && away.pathname === path)
  return { agent: createUserAgent({ send, origin, owns }), cookies }
}
