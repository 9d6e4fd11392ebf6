/** A person with a browser: logs in and allows what is asked, until they are sent back to the client with a code. */
import { type FlowServer, redirectUri } from './flow-servers.ts'
import { login } from './server-process.ts'

export interface SentBack {
  /** What the browser sends with its requests from now on. */
  readonly cookie: string
  readonly code: string
}

const maxPages = 20

/** Opens `path`, an authorization request, with the cookies that an earlier one gave. @throws Error when it leads to no code */
export async function authorizeBy({ url }: FlowServer, path: string, cookie: string): Promise<SentBack> {
  const cookies = new Map(cookie === '' ? [] : cookie.split('; ').map(splitCookie))
  const sent = () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  let request = new Request(new URL(path, url))
  for (let pages = 0; pages < maxPages; pages++) {
    request.headers.set('cookie', sent())
    request.headers.set('sec-fetch-site', 'same-origin')
    const response = await fetch(request, { redirect: 'manual' })
    for (const [name, value] of response.headers.getSetCookie().map(splitCookie)) {
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    const page = await response.text()
    const location = response.headers.get('location')
    if (location?.startsWith(redirectUri)) {
      const code = new URL(location).searchParams.get('code')
      if (code === null) throw new Error(`the client was sent ${location}`)
      return { code, cookie: sent() }
    }
    if (location === null && response.status !== 200) throw new Error(`${request.url} was answered ${response.status}`)
    request = location === null ? filledIn(page, url) : new Request(new URL(location, request.url))
  }
  throw new Error(`after ${maxPages} pages there is no code`)
}

/** Name and value, without attributes. */
function splitCookie(cookie: string): [string, string] {
  const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
  return [name, value]
}

/** The form of a page with all that it needs to go on. */
function filledIn(page: string, url: URL): Request {
  const form = [...page.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].find(([, , fields]) =>
    /name="request"/.test(fields ?? ''),
  )
  const [, opening = '', content = ''] = form ?? []
  const body = new URLSearchParams({ decision: 'allow', ...login })
  if (content.includes('name="password"')) body.delete('decision')
  for (const [input] of content.matchAll(/<input\b[^>]*type="(?:hidden|checkbox)"[^>]*>/g)) {
    body.set(attribute(input, 'name'), attribute(input, 'value'))
  }
  return new Request(new URL(attribute(opening, 'action'), url), { method: 'POST', body })
}

function attribute(markup: string, name: string): string {
  const value = new RegExp(`\\b${name}="([^"]*)"`).exec(markup)?.[1] ?? ''
  return value.replaceAll('&#39;', "'").replaceAll('&quot;', '"').replaceAll('&amp;', '&')
}
