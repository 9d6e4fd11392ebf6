/** Bytes on a socket: requests that no HTTP client would send, and what the server does with the connection. */
import { connect } from 'node:net'
import type { Scope } from './scope.ts'

export interface RawAnswer {
  readonly status: number
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

export interface RawConnection {
  readonly write: (bytes: string) => void
  /** The next whole answer. Rejects when the server closes before it has sent one. */
  readonly answer: (options?: { readonly isHead: boolean }) => Promise<RawAnswer>
  /** Resolves when the server has closed the connection, with what it sent and nobody took. */
  readonly closed: Promise<string>
  /** From now on nothing is taken from the server. */
  readonly stopReading: () => void
  /** Breaks the connection off with a TCP reset. */
  readonly reset: () => void
}

/** Connects to a port of loopback; ended after `scope`. Half open, it goes on when the server has closed its side. */
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
  const tell = () => {
    change.resolve()
    change = Promise.withResolvers<void>()
  }
  socket.on('data', (text: string) => {
    received += text
    tell()
  })
  // A reset is one of the ways in which a server closes.
  socket.on('error', () => {})
  const closed = new Promise<string>((resolve) => {
    socket.on('close', () => {
      isClosed = true
      tell()
      resolve(received)
    })
  })
  return {
    write: (bytes) => {
      socket.write(bytes, 'latin1')
    },
    answer: async ({ isHead } = { isHead: false }) => {
      for (;;) {
        const parsed = parseAnswer(received, isHead)
        if (parsed) {
          received = received.slice(parsed.length)
          return parsed.answer
        }
        if (isClosed) throw new Error(`the server closed the connection before a whole answer: ${received}`)
        await change.promise
      }
    },
    closed,
    stopReading: () => {
      socket.pause()
    },
    reset: () => {
      socket.resetAndDestroy()
    },
  }
}

/** Sends the bytes on a connection of their own and answers what came back first. */
export function ask(scope: Scope, port: number, bytes: string): Promise<RawAnswer> {
  const connection = openConnection(scope, port)
  connection.write(bytes)
  return connection.answer({ isHead: bytes.startsWith('HEAD ') })
}

/** A request in the usual form. */
export function requestText(
  requestLine: string,
  headers: Readonly<Record<string, string | number>> = {},
  body = '',
): string {
  const lines = Object.entries({ host: '127.0.0.1', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${requestLine} HTTP/1.1\r\n${lines.join('')}\r\n${body}`
}

export interface Flood {
  /** Bytes handed to the system before the connection was gone. */
  readonly sent: number
  readonly received: string
}

/** Sends `head`, then `chunk` again and again, reading nothing but what comes by itself, until the connection is gone. */
export function flood(port: number, head: string, chunk: Uint8Array): Promise<Flood> {
  // Half open: the server's closing of its side alone does not stop this client from sending.
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

function parseAnswer(text: string, isHead: boolean): { answer: RawAnswer; length: number } | undefined {
  const end = text.indexOf('\r\n\r\n')
  if (end === -1) return undefined
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n')
  const headers = new Map(lines.map(splitHeader))
  const bodyLength = isHead ? 0 : Number(headers.get('content-length') ?? 0)
  const length = end + 4 + bodyLength
  if (text.length < length) return undefined
  return { answer: { status: Number(statusLine.split(' ')[1]), headers, body: text.slice(end + 4, length) }, length }
}

function splitHeader(line: string): [name: string, value: string] {
  const colon = line.indexOf(':')
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
}
