/** Bytes on a socket: requests that no HTTP client would send, and what the server does with the connection. */
import { connect } from 'node:net'
import type { Scope } from './scope.ts'

export interface RawResponse {
  readonly status: number
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

export interface RawConnection {
  /** Resolves when the connection is established. */
  readonly opened: Promise<void>
  readonly write: (bytes: string) => void
  /** The next complete response. Rejects when the server closes before it has sent one. */
  readonly readResponse: (options?: { readonly isHead: boolean }) => Promise<RawResponse>
  /** Resolves when the server has closed the connection, with the bytes that were received and not read. */
  readonly closed: Promise<string>
  /** Stops reading from the server. */
  readonly stopReading: () => void
  /** Goes on to read from the server. */
  readonly startReading: () => void
  /** Closes this side of the connection. */
  readonly end: () => void
  /** Closes the connection with a TCP reset. */
  readonly reset: () => void
}

/** Connects to a port of loopback; closed after `scope`. A half-open connection stays open when the server has closed its side. */
export function openConnection(
  scope: Scope,
  port: number,
  { isHalfOpen }: { readonly isHalfOpen: boolean } = { isHalfOpen: false },
): RawConnection {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: isHalfOpen }).setEncoding('latin1')
  scope.after(() => socket.destroy())
  let received = ''
  let isClosed = false
  let change = Promise.withResolvers<void>()
  const notify = () => {
    change.resolve()
    change = Promise.withResolvers<void>()
  }
  socket.on('data', (text: string) => {
    received += text
    notify()
  })
  // A reset is one of the ways in which a server closes.
  socket.on('error', () => {})
  const closed = new Promise<string>((resolve) => {
    socket.on('close', () => {
      isClosed = true
      notify()
      resolve(received)
    })
  })
  const opened = new Promise<void>((resolve) => socket.once('connect', () => resolve()))
  return {
    opened,
    write: (bytes) => {
      socket.write(bytes, 'latin1')
    },
    readResponse: async ({ isHead } = { isHead: false }) => {
      for (;;) {
        const parsed = parseResponse(received, isHead)
        if (parsed) {
          received = received.slice(parsed.length)
          return parsed.response
        }
        if (isClosed) throw new Error(`the server closed the connection before a complete response: ${received}`)
        await change.promise
      }
    },
    closed,
    stopReading: () => {
      socket.pause()
    },
    startReading: () => {
      socket.resume()
    },
    end: () => {
      socket.end()
    },
    reset: () => {
      socket.resetAndDestroy()
    },
  }
}

/** Sends the bytes on a new connection and returns the first response. */
export function ask(scope: Scope, port: number, bytes: string): Promise<RawResponse> {
  const connection = openConnection(scope, port)
  connection.write(bytes)
  return connection.readResponse({ isHead: bytes.startsWith('HEAD ') })
}

/** A request with the usual headers. */
export function requestText(
  requestLine: string,
  headers: Readonly<Record<string, string | number>> = {},
  body = '',
): string {
  const lines = Object.entries({ host: '127.0.0.1', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${requestLine} HTTP/1.1\r\n${lines.join('')}\r\n${body}`
}

export interface Flood {
  /** Bytes passed to the system before the connection was closed. */
  readonly sent: number
  readonly received: string
}

/** Sends `head`, then `chunk` again and again, until the connection is closed. Reads only what arrives in the meantime. */
export function flood(port: number, head: string, chunk: Uint8Array): Promise<Flood> {
  // Half open: this client can still send after the server has closed its side.
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).setEncoding('latin1')
  let received = ''
  let sent = 0
  socket.on('data', (text: string) => {
    received += text
  })
  socket.on('error', () => {})
  return new Promise((resolve) => {
    socket.on('close', () => resolve({ sent, received }))
    const send = () => {
      while (!socket.destroyed) {
        sent += chunk.length
        if (!socket.write(chunk)) break
      }
    }
    socket.on('drain', send)
    socket.write(head, send)
  })
}

function parseResponse(text: string, isHead: boolean): { response: RawResponse; length: number } | undefined {
  const end = text.indexOf('\r\n\r\n')
  if (end === -1) return undefined
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n')
  const headers = new Map(lines.map(splitHeader))
  const bodyLength = isHead ? 0 : Number(headers.get('content-length') ?? 0)
  const length = end + 4 + bodyLength
  if (text.length < length) return undefined
  return { response: { status: Number(statusLine.split(' ')[1]), headers, body: text.slice(end + 4, length) }, length }
}

function splitHeader(line: string): [name: string, value: string] {
  const colon = line.indexOf(':')
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
}
