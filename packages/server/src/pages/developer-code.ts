/** The code on the home page of `countersign dev`, with the values of this deployment. */

/** What the code depends on. */
export interface CodeSettings {
  /** How Countersign is called, such as `npx countersign`. */
  readonly command: string
  readonly issuer: string
  readonly logins: readonly { readonly username: string; readonly password: string }[]
  /** Whether `/token` accepts a password from the deployment's own software. */
  readonly hasPasswordGrant: boolean
  /** The `aud` of access tokens; `undefined`: they have none. */
  readonly audience: string | undefined
}

export interface CodeBlock {
  readonly title: string
  readonly about: string
  readonly language: 'sh' | 'ts'
  readonly code: string
}

const redirectUri = 'http://localhost:5173/callback'

export function codeBlocks({
  command,
  issuer,
  logins,
  hasPasswordGrant,
  audience,
}: CodeSettings): readonly CodeBlock[] {
  const blocks: CodeBlock[] = [
    {
      title: 'Register an app',
      about: 'Prints its client_id. An app on a server leaves out --public and gets a secret.',
      language: 'sh',
      code: `${command} clients add shop --public --redirect-uri ${redirectUri}`,
    },
    {
      title: 'Log in from the app',
      about: 'In the browser. Any library for OpenID Connect works too: it needs the issuer and the client_id.',
      language: 'ts',
      code: clientCode(issuer),
    },
  ]
  if (audience !== undefined) {
    const about = 'There are adapters for Express, Fastify, Hono, Next and MCP servers.'
    blocks.push({ title: 'Protect an API', about, language: 'ts', code: guardCode(issuer, audience) })
  }
  const [login] = logins
  if (hasPasswordGrant && login) {
    const about = 'As in the tutorial: a password for a token.'
    blocks.push({ title: 'Get a token with curl', about, language: 'sh', code: curlCode(issuer, login) })
  }
  return blocks
}

function clientCode(issuer: string): string {
  return `import { createClient } from '@countersign/client'

const client = createClient({
  issuer: '${issuer}',
  clientId: 'shop',
  redirectUri: '${redirectUri}',
})
if (new URLSearchParams(location.search).has('state')) await client.callback()
if ((await client.user()) === undefined) await client.login()`
}

function guardCode(issuer: string, audience: string): string {
  return `import { createGuard, isRejection } from '@countersign/guard'

const guard = createGuard({
  issuer: '${issuer}',
  audience: '${audience}',
})

export async function handle(request: Request): Promise<Response> {
  try {
    const { subject } = await guard.check(request)
    return Response.json({ subject })
  } catch (error) {
    if (isRejection(error)) return error.toResponse()
    throw error
  }
}`
}

function curlCode(issuer: string, { username, password }: CodeSettings['logins'][number]): string {
  return `curl -d 'username=${username}&password=${password}' ${issuer.replace(/\/$/, '')}/token`
}
