/** Servers on a free port of this machine, closed when the test ends. */
import type { Server } from 'node:http'
import type { Http2Server } from 'node:http2'
import type { TestContext } from 'node:test'

export async function listen<Started extends Server | Http2Server>(t: TestContext, server: Started): Promise<Started> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => new Promise((resolve) => server.close(resolve)))
  return server
}
