/** Requests to a server outside of what is measured: a token, its name. */
import type { ClientName, FlowServer } from './flow-servers.ts'

/** Answers the member `name` of the answer. @throws Error when it is not there */
export async function requestToken(
  { url, endpoints, authorization }: FlowServer,
  client: ClientName,
  form: Readonly<Record<string, string>>,
  name: 'access_token' | 'refresh_token',
): Promise<string> {
  const response = await fetch(new URL(endpoints.token, url), {
    method: 'POST',
    headers: { authorization: authorization[client] },
    body: new URLSearchParams(form),
  })
  const text = await response.text()
  const token = new RegExp(`"${name}":"([^"]+)"`).exec(text)?.[1]
  if (token === undefined) throw new Error(`the token request was answered ${response.status}: ${text}`)
  return token
}

/** What the server calls itself: `iss` of its tokens. */
export async function issuerOf({ url }: FlowServer): Promise<string> {
  const response = await fetch(new URL('/.well-known/openid-configuration', url))
  const metadata: { issuer: string } = JSON.parse(await response.text())
  return metadata.issuer
}
