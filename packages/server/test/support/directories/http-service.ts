/** A service of a deployment, which verifies signatures with the library of Standard Webhooks. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import type { Directory } from '../../../src/users/directories/directory.ts'
import { httpDirectory } from '../../../src/users/directories/http.ts'
import type { Scope } from '../scope.ts'

export type Question = Readonly<Record<string, unknown>>

export interface HttpService {
  readonly url: string
  readonly secret: string
  /** The requests that it accepted. */
  readonly asked: { readonly path: string; readonly question: Question; readonly id: string }[]
  /** Responds in place of the service. Returns whether it did. */
  answer: ((response: ServerResponse, path: string, question: Question) => boolean) | undefined
  people: Question[]
  /** Whether it accepts only requests with a valid signature. */
  checksSignatures: boolean
}

export const serviceSecret = `whsec_${Buffer.from('a secret of the tests, of 32 byte').toString('base64')}`

/** A user as a service sends one. */
export const mira = {
  key: '7',
  username: 'mira',
  email: 'mira@example.com',
  email_verified: true,
  full_name: 'Mira Okafor',
  claims: { locale: 'en-GB', shoe_size: 41 },
  groups: ['staff'],
  disabled: false,
}

export async function startHttpService(scope: Scope, people: readonly Question[] = []): Promise<HttpService> {
  const webhook = new Webhook(serviceSecret)
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request)
    let question: Question
    try {
      question = webhook.verify(body, headersOf(request)) as Question
    } catch {
      if (service.checksSignatures) return void response.writeHead(401).end()
      question = JSON.parse(body)
    }
    const path = request.url ?? ''
    service.asked.push({ path, question, id: headersOf(request)['webhook-id'] ?? '' })
    if (service.answer?.(response, path, question)) return
    json(response, answerOf(service.people, path, question))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  scope.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}/directory`
  const service: HttpService = {
    url,
    secret: serviceSecret,
    asked: [],
    answer: undefined,
    people: [...people],
    checksSignatures: true,
  }
  return service
}

export async function openAt({ url, secret }: Pick<HttpService, 'url' | 'secret'>): Promise<Directory> {
  return await httpDirectory({ url, secret }).open()
}

export function json(response: ServerResponse, content: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(content))
}

function answerOf(people: readonly Question[], path: string, question: Question): unknown {
  const { username, keys, after, limit, key, password } = question
  if (path === '/directory/verify') {
    return { match: people.some((one) => one['key'] === key && one['password'] === password) }
  }
  const users = people.map(({ password: _password, ...user }) => user)
  if (username !== undefined) return { users: users.filter((one) => one['username'] === username) }
  if (Array.isArray(keys)) return { users: users.filter((one) => keys.includes(one['key'])) }
  const start = after === null ? 0 : users.findIndex((one) => one['key'] === after) + 1
  return { users: users.slice(start, start + Number(limit)) }
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}
