/** The server of a client: receives logout tokens on a real port of loopback. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { TestContext } from 'node:test'
import { compactVerify, createLocalJWKSet } from 'jose'
import type { ClientDeclaration } from '../../src/domain/client-metadata.ts'
import { webApp } from './code-flow.ts'
import type { TestServer } from './server.ts'

export interface ReceivedPost {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly form: URLSearchParams
}

export interface RelyingParty {
  readonly origin: string
  readonly received: readonly ReceivedPost[]
  /** Writes its responses from now on. */
  respond: (response: ServerResponse, post: ReceivedPost) => void
}

export const succeed: RelyingParty['respond'] = (response) => response.writeHead(200).end()

/** Closed when the test ends, with the requests that have no response yet. */
export async function startRelyingParty(
  test: TestContext,
  respond: RelyingParty['respond'] = succeed,
): Promise<RelyingParty> {
  const received: ReceivedPost[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const post = { path: request.url ?? '', headers: request.headers, form: new URLSearchParams(body) }
    received.push(post)
    relyingParty.respond(response, post)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  test.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the relying party has no port')
  const relyingParty: RelyingParty = { origin: `http://127.0.0.1:${address.port}`, received, respond }
  return relyingParty
}

/** The web app, with its back-channel logout URI there. */
export function notifiedWebApp(
  { origin }: Pick<RelyingParty, 'origin'>,
  more: Partial<ClientDeclaration> = {},
): ClientDeclaration {
  return { ...webApp, backchannel_logout_uri: `${origin}/backchannel-logout`, ...more }
}

export interface ReadLogoutToken {
  readonly header: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>>
}

/** The logout token of a post, verified with the server's published keys. */
export async function readLogoutToken({ get }: TestServer, post: ReceivedPost | undefined): Promise<ReadLogoutToken> {
  const keys = createLocalJWKSet(JSON.parse(await (await get('/.well-known/jwks.json')).text()))
  const { payload, protectedHeader } = await compactVerify(post?.form.get('logout_token') ?? '', keys)
  return { header: { ...protectedHeader }, claims: JSON.parse(new TextDecoder().decode(payload)) }
}
