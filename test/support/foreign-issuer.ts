/** Another issuer: oidc-provider on its own port, and a user who agrees to everything on its pages. */
import { createServer } from 'node:http'
import type { TestContext } from 'node:test'
import Provider from 'oidc-provider'

/** Starts it with its own options and development pages; closed when the test ends. Any user may log in. */
export async function startForeignIssuer(test: TestContext, configuration: object): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  test.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the foreign issuer has no port')
  const issuer = `http://127.0.0.1:${address.port}`
  const provider = new Provider(issuer, {
    findAccount: (_: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, name: `${id} of elsewhere` }),
    }),
    ...configuration,
  })
  server.on('request', provider.callback())
  return issuer
}

/**
 * Opens the URL as the user `login` and submits each form, filled in. Returns the first URL outside of the
 * issuer, or the last page without one.
 */
export async function agreeAt(url: string, login: string): Promise<URL> {
  const { origin } = new URL(url)
  const cookies = new Map<string, string>()
  let request = new Request(url)
  for (let requests = 0; requests < 30; requests++) {
    request.headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '))
    const response = await fetch(request, { redirect: 'manual' })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      cookies.set(name, value)
    }
    const location = response.headers.get('location')
    const next = location === null ? formIn(await response.text(), request.url, login) : new URL(location, request.url)
    if (next === undefined) return new URL(request.url)
    if (next instanceof URL && next.origin !== origin) return next
    request = new Request(next)
  }
  throw new Error('the pages of the foreign issuer do not end')
}

/** The first form of the page as a request, with the user's name where it is required. */
function formIn(page: string, pageUrl: string, login: string): Request | undefined {
  const [form, action] = /<form[^>]*action="([^"]*)"[\s\S]*?<\/form>/.exec(page) ?? []
  if (form === undefined || action === undefined) return undefined
  const inputs = [...form.matchAll(/<input\b[^>]*>/g)].map(([input]) => input)
  const fields = inputs.map((input): [string, string] => {
    const name = attribute(input, 'name')
    return [name, name === 'login' || name === 'password' ? login : attribute(input, 'value')]
  })
  const body = new URLSearchParams(fields.filter(([name]) => name !== ''))
  return new Request(new URL(action, pageUrl), { method: 'POST', body })
}

function attribute(input: string, name: string): string {
  return new RegExp(`\\b${name}="([^"]*)"`).exec(input)?.[1] ?? ''
}
