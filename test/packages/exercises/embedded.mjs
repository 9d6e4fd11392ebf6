/** Countersign inside of a program of Bun or Deno, served by the runtime's own web-standard server. */
import { createCountersign } from 'countersign'

const silent = { info: () => {}, warn: () => {}, error: () => {} }
const countersign = await createCountersign(
  {
    secretKey: 'a secret of the exercise, long enough for anyone',
    databaseUrl: 'sqlite::memory:',
    passwordGrant: 'first-party',
    addressFailureLimit: 2,
    scopes: { me: 'Read who you are.' },
  },
  { log: silent },
)
await countersign.users.create({ username: 'tim', password: 'a password of tim' })

const serve = (request, address) =>
  countersign.owns(request.url) ? countersign.fetch(request, { address }) : new Response('home')
const tell = (port) => console.log(`http://127.0.0.1:${port}`)

if (globalThis.Bun) {
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: (request, bun) => serve(request, bun.requestIP(request)?.address),
  })
  tell(server.port)
} else {
  Deno.serve({ hostname: '127.0.0.1', port: 0, onListen: ({ port }) => tell(port) }, (request, { remoteAddr }) =>
    serve(request, remoteAddr.hostname),
  )
}
