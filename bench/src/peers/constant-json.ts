/** The runtime's own limit: Node's HTTP server with a constant JSON body, as large as the tutorial's answer to /users/me. */
import { createServer } from 'node:http'

const body = JSON.stringify({
  username: 'tim',
  email: 'tim@gmail.com',
  full_name: 'Timothy J Ruscica',
  disabled: false,
})
const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }

const server = createServer((_request, response) => {
  response.writeHead(200, headers)
  response.end(body)
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object' && address) process.stdout.write(`http://127.0.0.1:${address.port}\n`)
})
