/** Requests that each have a connection of their own: where several processes share a port, each may reach another one. */
import { request } from 'node:http'

/** Resolves with the whole response. Rejects with the error of the connection. */
export async function sendOnce(sent: Request): Promise<Response> {
  const body = Buffer.from(await sent.arrayBuffer())
  return await new Promise((resolve, reject) => {
    const options = { agent: false, method: sent.method, headers: Object.fromEntries(sent.headers) }
    const outgoing = request(sent.url, options, (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('error', reject)
      incoming.on('end', () => {
        const headers = new Headers()
        for (const [name, values = []] of Object.entries(incoming.headersDistinct)) {
          for (const value of values) headers.append(name, value)
        }
        const { statusCode: status = 0 } = incoming
        const content = status === 204 || status === 304 ? null : Buffer.concat(chunks)
        resolve(new Response(content, { status, headers }))
      })
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}
