/** Requests of many clients: logins, refreshes that each use the token of the last one, and reads. */
import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { tim } from '../../../packages/server/test/support/people.ts'

export interface Load {
  /** How many requests have ended. */
  readonly count: () => number
  /** Stops it. Resolves with what each request that failed was, and how it failed. */
  readonly stop: () => Promise<readonly string[]>
}

interface Answer {
  /** The status code, or the error of the connection. */
  readonly outcome: string
  readonly body: string
}

/** Milliseconds from a response to the next request. Without them, the load takes from the other tests of `npm test` what two cores can give. */
const pauseMs = process.env['SOAK'] === 'true' ? 0 : 25

const login = { grant_type: 'password', client_id: 'own', ...tim }

export function startLoad(origin: string): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: 100 })
  const failed: string[] = []
  let count = 0
  let isStopped = false

  async function send(path: string, form?: Readonly<Record<string, string>>): Promise<Answer> {
    const answer = await exchange(agent, origin + path, form)
    count++
    if (answer.outcome !== '200') failed.push(`${form?.['grant_type'] ?? path} ${answer.outcome} ${answer.body}`)
    return answer
  }

  async function logInAndRefresh(): Promise<void> {
    while (!isStopped) {
      let { outcome, body } = await send('/token', login)
      for (let refreshes = 0; refreshes < 30 && !isStopped && outcome === '200'; refreshes++) {
        const { refresh_token } = JSON.parse(body)
        const form = { grant_type: 'refresh_token', client_id: 'own', refresh_token }
        await sleep(pauseMs)
        ;({ outcome, body } = await send('/token', form))
      }
    }
  }

  async function read(): Promise<void> {
    while (!isStopped) {
      await send('/.well-known/jwks.json')
      await sleep(pauseMs + 5)
    }
  }

  const loops = [...Array.from({ length: 12 }, logInAndRefresh), ...Array.from({ length: 4 }, read)]
  return {
    count: () => count,
    stop: async () => {
      isStopped = true
      await Promise.all(loops)
      agent.destroy()
      return failed
    },
  }
}

/** Never rejects. */
function exchange(agent: Agent, url: string, form: Readonly<Record<string, string>> | undefined): Promise<Answer> {
  const content = form && new URLSearchParams(form).toString()
  const headers = content === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }
  return new Promise((resolve) => {
    const outgoing = request(url, { agent, headers, method: content === undefined ? 'GET' : 'POST' }, (incoming) => {
      let body = ''
      incoming.on('data', (chunk) => {
        body += chunk
      })
      incoming.on('error', (error) => resolve({ outcome: error.message, body }))
      incoming.on('end', () => resolve({ outcome: String(incoming.statusCode), body }))
    })
    outgoing.on('error', (error) => resolve({ outcome: error.message, body: '' }))
    outgoing.end(content)
  })
}
