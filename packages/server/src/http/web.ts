/** The web-standard interface: takes a Request and returns a Response, for any framework or runtime that uses them. */
import type { App } from './app.ts'
import { readBody } from './body.ts'

/** Serves one request. `peer` is the address of the other end of the connection, if the caller knows it. */
export type Fetch = (request: globalThis.Request, peer?: string) => Promise<Response>

export function fetchOf(app: App): Fetch {
  return async (request, peer = '') => {
    const header = (name: string) => request.headers.get(name) ?? undefined
    const { status, headers, body } = await app.handle({
      method: request.method,
      target: targetOf(request.url),
      header,
      peer,
      readBody: () => readBody(header, (limit) => gather(request.body ?? [], limit)),
    })
    if (request.method !== 'HEAD') return new Response(body === '' ? null : body, { status, headers })
    if (body instanceof ReadableStream) await body.cancel()
    return new Response(null, { status, headers })
  }
}

async function gather(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  limit: number,
): Promise<Uint8Array | undefined> {
  const gathered: Uint8Array[] = []
  let length = 0
  for await (const chunk of chunks) {
    length += chunk.length
    if (length > limit) return undefined
    gathered.push(chunk)
  }
  return Buffer.concat(gathered)
}

/** The path and query of an absolute URL. */
function targetOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('://') + 3)
  return start === -1 ? '/' : url.slice(start).split('#', 1).join()
}
