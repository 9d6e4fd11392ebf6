/** Countersign and node-oidc-provider with the same clients: a service, a resource server, a web app. */
import { fileURLToPath } from 'node:url'
import type { RunningProcess } from './processes.ts'
import { startServing } from './processes.ts'
import { type Deployment, deploy, serve } from './server-process.ts'

/** A server that the clients can use. */
export interface FlowServer extends RunningProcess {
  /** Paths. */
  readonly endpoints: { readonly token: string; readonly authorize: string; readonly introspect: string }
  /** What each client sends as its Authorization. */
  readonly authorization: Readonly<Record<ClientName, string>>
  /** What makes a token of the peer's a JWT; Countersign's are. */
  readonly resource: Readonly<Record<string, string>>
}

export interface FlowServers {
  readonly subject: FlowServer
  readonly peer: FlowServer
  readonly stop: () => Promise<void>
}

export type ClientName = 'service' | 'api' | 'web-app'

/** What signs the ID tokens of the web app. RS256 is the default of both servers; an RS256 signature takes ten times as long. */
export type IdTokenAlgorithm = 'ES256' | 'RS256'

export const redirectUri = 'https://app.example.com/cb'

const clients: Readonly<
  Record<ClientName, { readonly grantTypes: readonly string[]; readonly flags: readonly string[] }>
> = {
  service: { grantTypes: ['client_credentials'], flags: ['--scope', 'items'] },
  api: { grantTypes: ['client_credentials'], flags: ['--resource-server'] },
  'web-app': {
    grantTypes: ['authorization_code', 'refresh_token'],
    flags: ['--scope', 'openid items', '--redirect-uri', redirectUri],
  },
}

/** Starts both on core 0, which they have by turns. */
export async function startFlowServers(idTokens: IdTokenAlgorithm = 'RS256'): Promise<FlowServers> {
  const deployment = await deploy()
  const secrets = await addClients(deployment, idTokens)
  const server = await serve(deployment, 0)
  const provider = await startProvider(secrets, idTokens)
  return {
    subject: flowServer(server, secrets),
    peer: {
      ...provider,
      endpoints: { token: '/token', authorize: '/auth', introspect: '/token/introspection' },
      authorization: authorizationBy(secrets),
      resource: { resource: 'http://127.0.0.1:8000/api' },
    },
    stop: async () => {
      await server.stop()
      await provider.stop()
      deployment.remove()
    },
  }
}

type Secrets = Readonly<Record<ClientName, string>>

/** A server of a deployment to which `addClients` has added these. */
export function flowServer(server: RunningProcess, secrets: Secrets): FlowServer {
  return {
    ...server,
    endpoints: { token: '/token', authorize: '/authorize', introspect: '/introspect' },
    authorization: authorizationBy(secrets),
    resource: {},
  }
}

function authorizationBy(secrets: Secrets): FlowServer['authorization'] {
  return byClient((name) => `Basic ${Buffer.from(`${name}:${secrets[name]}`).toString('base64')}`)
}

/** Registers the clients, and returns their secrets. */
export async function addClients({ run }: Deployment, idTokens: IdTokenAlgorithm = 'RS256'): Promise<Secrets> {
  const secrets = byClient(() => '')
  for (const name of names()) {
    const { grantTypes, flags } = clients[name]
    const types = grantTypes.flatMap((type) => ['--grant-type', type])
    const output = await run('clients', 'add', name, ...types, '--id-token-signed-response-alg', idTokens, ...flags)
    secrets[name] = /^client_secret +(\S+)$/m.exec(output)?.[1] ?? ''
  }
  return secrets
}

function startProvider(secrets: Secrets, idTokens: IdTokenAlgorithm): Promise<RunningProcess> {
  const registered = names().map((name) => ({
    client_id: name,
    client_secret: secrets[name],
    id_token_signed_response_alg: idTokens,
    grant_types: clients[name].grantTypes,
    redirect_uris: name === 'web-app' ? [redirectUri] : [],
    response_types: name === 'web-app' ? ['code'] : [],
  }))
  const program = fileURLToPath(new URL('peers/oidc-provider.ts', import.meta.url))
  return startServing({ args: [program, JSON.stringify(registered)], core: 0, environment: { NODE_ENV: 'production' } })
}

function names(): readonly ClientName[] {
  return ['service', 'api', 'web-app']
}

function byClient(value: (name: ClientName) => string): Record<ClientName, string> {
  return { service: value('service'), api: value('api'), 'web-app': value('web-app') }
}
