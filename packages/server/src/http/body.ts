/** Reads a request body up to a limit, as strict UTF-8. */
import { isUtf8 } from 'node:buffer'
import { OAuthError } from '../oauth/errors.ts'
import { requireFormType } from '../oauth/form.ts'

/** Bytes. */
export const bodyLimit: number = 64 * 1024

/** Collects the bytes of a body. Beyond `limit`, it stops and returns `undefined`. Rejects when the body ends early. */
export type Gather = (limit: number) => Promise<Uint8Array | undefined>

type Header = (name: string) => string | undefined

/**
 * What a parser of bodies before this server causes. It is a mistake of the program, so the response is 500.
 * @throws OAuthError `invalid_request` for a body of a wrong type, which is the client's mistake, whoever has read it
 */
export function bodyTaken(header: Header): Error {
  requireFormType(header('content-type'))
  return new Error(
    'the request body was read before Countersign got the request: add Countersign before parsers of bodies',
  )
}

/** The program has told the request to turn bytes into text, so that they are lost. */
export function encodingSet(): Error {
  return new Error('setEncoding was called on the request: add Countersign before what calls it')
}

/** @throws OAuthError `request_too_large`, `unsupported_media_type`, `invalid_request` */
export async function readBody(header: Header, gather: Gather): Promise<string> {
  const encoding = header('content-encoding')
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new OAuthError('unsupported_media_type', 'Content-Encoding is not supported', { reason: 'content_encoded' })
  }
  // A Content-Length that is too large is rejected before the body is read.
  if (Number(header('content-length') ?? 0) > bodyLimit) throw tooLarge()
  const bytes = await gather(bodyLimit).catch(rejectIncomplete)
  if (bytes === undefined) throw tooLarge()
  return decodeStrictly(bytes)
}

function rejectIncomplete(cause: unknown): never {
  throw new OAuthError('invalid_request', 'the request body ended early', { reason: 'body_incomplete', cause })
}

function decodeStrictly(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) {
    throw new OAuthError('invalid_request', 'the request body is not valid UTF-8', { reason: 'utf8_malformed' })
  }
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()
}

function tooLarge(): OAuthError {
  return new OAuthError('request_too_large', `the request body is larger than ${bodyLimit} bytes`, {
    reason: 'body_too_large',
    expected: `at most ${bodyLimit} bytes`,
    headers: { connection: 'close' },
  })
}
