/** Reads a request body up to a limit, as strict UTF-8. */
import { OAuthError } from '../oauth/errors.ts'

/** Bytes. */
export const bodyLimit: number = 64 * 1024

/** @throws OAuthError `request_too_large`, `unsupported_media_type`, `invalid_request` */
export async function readBody(request: globalThis.Request): Promise<string> {
  const encoding = request.headers.get('content-encoding')
  if (encoding !== null && encoding.toLowerCase() !== 'identity') {
    throw new OAuthError('unsupported_media_type', 'Content-Encoding is not supported', { reason: 'content_encoded' })
  }
  // A body announced as too large is refused before a byte of it is read.
  if (Number(request.headers.get('content-length') ?? 0) > bodyLimit) throw tooLarge()
  if (!request.body) return ''
  return decodeStrictly(await collect(request.body))
}

async function collect(body: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  const reader = body.getReader()
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      length += part.value.length
      if (length > bodyLimit) throw tooLarge()
      chunks.push(part.value)
    }
  } catch (error) {
    if (error instanceof OAuthError) throw error
    throw new OAuthError('invalid_request', 'the request body ended early', { reason: 'body_incomplete', cause: error })
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)
}

function decodeStrictly(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    throw new OAuthError('invalid_request', 'the request body is not valid UTF-8', {
      reason: 'utf8_malformed',
      cause: error,
    })
  }
}

function tooLarge(): OAuthError {
  return new OAuthError('request_too_large', `the request body is larger than ${bodyLimit} bytes`, {
    reason: 'body_too_large',
    expected: `at most ${bodyLimit} bytes`,
    headers: { connection: 'close' },
  })
}
