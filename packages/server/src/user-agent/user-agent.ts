/** A browser without JavaScript: keeps cookies, follows redirects within the server, submits the forms of its pages. */

export interface UserAgentOptions {
  /** The server's own `fetch`, or the network's. */
  readonly send: (request: Request) => Promise<Response>
  /** The origin of the server. */
  readonly origin: string
  /** Whether a path of the origin is the server's: a client's redirect URI may be on the same origin. */
  readonly owns: (path: string) => boolean
  /** @default none */
  readonly headers?: Readonly<Record<string, string>>
}

export interface Page {
  readonly url: string
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

export interface UserAgent {
  /** Opens a URL and follows redirects until they leave the server. */
  readonly open: (url: string) => Promise<Page>
  /** Submits the form of `page` that has fields or buttons of these names, filled in. */
  readonly submit: (page: Page, fields: Readonly<Record<string, string>>) => Promise<Page>
  /** Sends one request with the browser's cookies; redirects are not followed. */
  readonly send: (request: Request) => Promise<Response>
  readonly cookies: Map<string, string>
}

const maxRedirects = 10

/** A page does not lead on. */
export class PageError extends Error {}

export function createUserAgent({ send: fetch, origin, owns, headers = {} }: UserAgentOptions): UserAgent {
  const cookies = new Map<string, string>()

  async function send(request: Request): Promise<Response> {
    const sent = new Request(request, { redirect: 'manual' })
    for (const [name, value] of Object.entries(headers)) sent.headers.set(name, value)
    if (cookies.size > 0) sent.headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '))
    const response = await fetch(sent)
    for (const cookie of response.headers.getSetCookie()) keep(cookie)
    return response
  }

  function keep(cookie: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
    if (/;\s*max-age=0(;|$)/i.test(cookie)) cookies.delete(name)
    else cookies.set(name, value)
  }

  async function follow(first: Request): Promise<Page> {
    let request = first
    for (let redirects = 0; redirects <= maxRedirects; redirects++) {
      const response = await send(request)
      const location = response.headers.get('location')
      if (response.status < 300 || response.status > 399 || location === null)
        return await toPage(request.url, response)
      const next = URL.canParse(location, request.url) ? new URL(location, request.url) : undefined
      if (next === undefined || hasCredentials(next)) throw new PageError(`a redirect to ${location}`)
      // Outside the server's pages nothing responds: tests only look at the URL.
      if (next.origin !== origin || !owns(next.pathname))
        return { ...(await toPage(next.href, response)), url: location }
      request = new Request(next)
    }
    throw new PageError(`more than ${maxRedirects} redirects from ${first.url}`)
  }

  return {
    cookies,
    send,
    open: (url) => follow(new Request(new URL(url, origin))),
    submit: (page, fields) => {
      const form = findForm(page.body, Object.keys(fields))
      const body = new URLSearchParams({ ...form.fields, ...fields })
      const ownHeaders = { 'sec-fetch-site': 'same-origin', origin: 'null' }
      const target = URL.canParse(form.action, page.url) ? new URL(form.action, page.url) : undefined
      if (target === undefined || hasCredentials(target)) throw new PageError(`a form that posts to ${form.action}`)
      return follow(new Request(target, { method: 'POST', body, headers: ownHeaders }))
    },
  }
}

/** Nothing can be requested from such a URL (the Fetch standard). */
function hasCredentials({ username, password }: URL): boolean {
  return username !== '' || password !== ''
}

async function toPage(url: string, response: Response): Promise<Page> {
  return { url, status: response.status, headers: response.headers, body: await response.text() }
}

interface FoundForm {
  readonly action: string
  /** Its fields with their initial values. */
  readonly fields: Readonly<Record<string, string>>
}

function findForm(markup: string, names: readonly string[]): FoundForm {
  // Each pattern reads a text once: a page need not be one of ours.
  const forms = markup
    .split(/<form\b/)
    .slice(1)
    .map(splitForm)
  const found = forms.find(({ content }) => names.every((name) => content.includes(`name="${name}"`)))
  if (!found) throw new PageError(`no form with the fields ${names.join(', ')} in:\n${markup}`)
  const { opening, content } = found
  const inputs = [...content.matchAll(/<input\b([^<>]*)>/g)].map(([, attributes = '']) => attributes)
  const sent = inputs.filter((attributes) => !attributes.includes('type="checkbox"') || attributes.includes('checked'))
  // The button that is pressed may post the form elsewhere.
  const buttons = [...content.matchAll(/<button\b([^<>]*)>/g)].map(([, attributes = '']) => attributes)
  const pressed = buttons.find((one) => names.includes(attribute(one, 'name')) && one.includes(' formaction='))
  return {
    action: attribute(pressed ?? opening, pressed ? 'formaction' : 'action'),
    fields: Object.fromEntries(sent.map((one) => [attribute(one, 'name'), attribute(one, 'value')])),
  }
}

/** What follows `<form`. */
function splitForm(text: string): { readonly opening: string; readonly content: string } {
  const [opening = '', ...rest] = text.split('>')
  const [content = '', end] = rest.join('>').split('</form>', 2)
  return { opening, content: end === undefined ? '' : content }
}

function attribute(markup: string, name: string): string {
  const value = new RegExp(`\\b${name}="([^"]*)"`).exec(markup)?.[1] ?? ''
  return value
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
}
