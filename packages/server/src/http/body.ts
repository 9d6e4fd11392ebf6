/** Reads a request body up to a limit, as strict UTF-8. */
import { OAuthError } from '../oauth/errors.ts'

/** Bytes. */
const bodyLimit = 64 * 1024

/** @throws OAuthError `request_too_large`, `unsupported_media_type`, `invalid_request` */
export async function readBody(
  header: (name: string) => string | undefined,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<string> {
  const encoding = header('content-encoding')
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new OAuthError('unsupported_media_type', 'Content-Encoding is not supported', { reason: 'content_encoded' })
  }
  // A body announced as too large is refused before a byte of it is read.
  if (Number(header('content-length') ?? 0) > bodyLimit) throw tooLarge()
  return decodeStrictly(await collect(chunks))
}

async function collect(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Uint8Array> {
  const collected: Uint8Array[] = []
  let length = 0
  try {
    for await (const chunk of chunks) {
      length += chunk.length
      if (length > bodyLimit) throw tooLarge()
      collected.push(chunk)
    }
  } catch (error) {
    if (error instanceof OAuthError) throw error
    throw new OAuthError('invalid_request', 'the request body ended early', { reason: 'body_incomplete', cause: error })
  }
  return collected.length === 1 && collected[0] ? collected[0] : Buffer.concat(collected)
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
