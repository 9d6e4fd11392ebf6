/** Requests whose end is not clear, through nginx as the guides configure it, and through haproxy: the proxy and the server see the same requests. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { ask, openConnection, requestText } from '../../packages/server/test/support/raw-http.ts'
import { openPort } from '../../packages/server/test/support/server.ts'
import { smuggling } from '../../packages/server/test/support/smuggling.ts'
import { startTutorialServer } from '../../packages/server/test/support/tutorial.ts'
import { freePort } from '../support/free-port.ts'
import { howToGetHaproxy, startHaproxy } from '../support/haproxy.ts'
import { skipWithout } from '../support/missing-tool.ts'
import { howToGetNginx, startNginx } from '../support/nginx.ts'

const proxies = [
  { name: 'nginx', start: startNginx, howToGet: howToGetNginx },
  { name: 'haproxy', start: startHaproxy, howToGet: howToGetHaproxy },
]

for (const { name, start, howToGet, keepsConnections } of proxies.flatMap((proxy) =>
  [true, false].map((keepsConnections) => ({ ...proxy, keepsConnections })),
)) {
  const connections = keepsConnections ? 'kept-alive connections' : 'a connection for each request'
  test(`Q4 behind ${name} with ${connections}, no request hides another one, and no response goes to the wrong request`, async (t) => {
    const server = await startTutorialServer(t)
    const { port: upstream } = await openPort(t, server)
    const port = await freePort()
    if (!(await start(t, { port, upstreams: [upstream], keepsConnections }))) return skipWithout(t, howToGet)
    let seen = 0
    t.after(server.server.context.traces.watch({ show: () => seen++, end: () => {} }))
    for (const [title, bytes] of smuggling) {
      seen = 0
      const connection = openConnection(t, port)
      connection.write(`${bytes}${requestText('GET /smuggled', { connection: 'close' })}`)
      // The proxy may wait for the rest of a body. A login, which one that it accepts may be, takes seconds on a busy machine.
      const isClosed = await Promise.race([connection.closed.then(() => true), sleep(5000).then(() => false)])
      if (!isClosed) connection.reset()
      const responses = (await connection.closed).match(/HTTP\/1\.1 \d{3} /g)?.length ?? 0
      for (let other = 0; other < 3; other++) {
        const { status, body } = await ask(t, port, requestText('GET /.well-known/jwks.json'))
        assert.equal(status, 200, title)
        assert.ok(JSON.parse(body).keys.length > 0, title)
      }
      assert.ok(seen - 3 <= responses, `${title}: ${name} has sent ${responses} responses, the server ${seen - 3}`)
    }
  })
}
