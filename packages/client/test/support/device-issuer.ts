/** An issuer with a device flow and responses set by the test, and a clock that moves only when the client waits. */
import { createServer } from 'node:http'
import type { TestContext } from 'node:test'
import { type Client, createClient } from '../../src/client.ts'
import type { ClientOptions } from '../../src/options/client-options.ts'

export interface DeviceIssuer {
  readonly issuer: string
  /** The forms posted to its two endpoints, with their path. */
  readonly received: { readonly path: string; readonly form: URLSearchParams }[]
  /** The responses of the token endpoint, one after another; the last one is repeated. Status 0 closes the connection without a response. */
  tokenResponses: (readonly [status: number, body: object])[]
  /** Replaces members of the device authorization response; `undefined` removes one. */
  authorization: Record<string, unknown>
}

export const pending = [400, { error: 'authorization_pending' }] as const
export const granted = [200, { access_token: 'an.access.token', token_type: 'Bearer', expires_in: 300 }] as const

export async function startDeviceIssuer(test: TestContext): Promise<DeviceIssuer> {
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const path = request.url ?? ''
    const send = (status: number, json: object) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(json))
    }
    if (path.startsWith('/.well-known/')) return send(200, metadataOf(device.issuer))
    device.received.push({ path, form: new URLSearchParams(body) })
    if (path === '/device') return send(200, { ...authorizationOf(device.issuer), ...device.authorization })
    const [status, json] =
      (device.tokenResponses.length > 1 ? device.tokenResponses.shift() : device.tokenResponses[0]) ?? granted
    if (status === 0) response.destroy()
    else send(status, json)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  test.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the issuer has no port')
  const device: DeviceIssuer = {
    issuer: `http://127.0.0.1:${address.port}`,
    received: [],
    tokenResponses: [granted],
    authorization: {},
  }
  return device
}

export interface WaitingClient {
  readonly client: Client
  /** For the login: moves the clock forward. */
  readonly sleep: (seconds: number) => Promise<void>
  /** The length of each wait, in seconds. */
  readonly waits: readonly number[]
}

/** A client of that issuer with its own clock. */
export function createWaitingClient(issuer: string, options: Partial<ClientOptions> = {}): WaitingClient {
  let now = 1_800_000_000
  const waits: number[] = []
  const client = createClient({ issuer, clientId: 'television', scope: 'watch', now: () => now, ...options })
  const sleep = async (seconds: number) => {
    waits.push(seconds)
    now += seconds
  }
  return { client, sleep, waits }
}

function metadataOf(issuer: string): object {
  return { issuer, token_endpoint: `${issuer}/token`, device_authorization_endpoint: `${issuer}/device` }
}

function authorizationOf(issuer: string): object {
  return {
    device_code: 'the-device-code-itself',
    user_code: 'WDJB-MJHT',
    verification_uri: `${issuer}/enter`,
    verification_uri_complete: `${issuer}/enter?user_code=WDJB-MJHT`,
    expires_in: 600,
    interval: 5,
  }
}
