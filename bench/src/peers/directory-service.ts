/**
 * The service of an HTTP directory (docs/guides/directories/http.md) with one user. It compares the password as it is, so that what is
 * measured is Countersign and not a hash of the service.
 */
import { createServer, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { Webhook } from 'standardwebhooks'

interface Question {
  readonly username?: string
  readonly keys?: readonly string[]
  readonly key?: string
  readonly password?: string
}

const { DIRECTORY_SECRET = '', DIRECTORY_USER = '', DIRECTORY_PASSWORD } = process.env
const webhook = new Webhook(DIRECTORY_SECRET)
const user: { readonly key: string; readonly username: string } = JSON.parse(DIRECTORY_USER)

const server = createServer(async (request, response) => {
  const question = webhook.verify(await text(request), headersOf(request)) as Question
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify(request.url === '/directory/verify' ? verify(question) : find(question)))
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object' && address) process.stdout.write(`http://127.0.0.1:${address.port}\n`)
})

function find({ username, keys = [] }: Question) {
  return { users: username === user.username || keys.includes(user.key) ? [user] : [] }
}

function verify({ key, password }: Question) {
  return { match: key === user.key && password === DIRECTORY_PASSWORD }
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}
