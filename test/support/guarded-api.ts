/** An API behind a guard: in production it is its own process, here it has its own port. */
import { createServer } from 'node:http'
import type { TestContext } from 'node:test'
import type { Guard } from '@countersign/guard'
import { protect } from '@countersign/guard/node'

export interface GuardedApi {
  readonly url: string
  /** The status of the response to a request with that token. */
  readonly statusOf: (token: string) => Promise<number>
}

/** Starts it on a free port; closed when the test ends. */
export async function startGuardedApi(test: TestContext, guard: Guard): Promise<GuardedApi> {
  const server = createServer(
    protect(guard, { scopes: ['items'] }, (_request, response, { subject }) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ subject }))
    }),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  test.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the API has no port')
  const url = `http://127.0.0.1:${address.port}/items`
  return {
    url,
    statusOf: async (token) => {
      const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
      await response.arrayBuffer()
      return response.status
    },
  }
}
