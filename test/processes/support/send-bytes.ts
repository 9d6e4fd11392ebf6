/** Sends bytes on a connection of their own and reads until the server has closed it. */
import { connect } from 'node:net'

/**
 * When the client closes its side. `end`: at once; Node's server then sends no response to what it still handles. `answered`: after the first bytes of a
 * response. `wait`: after those, or after a moment, since none comes where the server waits for more. `leave`: the client is gone at once.
 */
export type Ending = 'end' | 'answered' | 'wait' | 'leave'

export interface Received {
  /** `''` where the server closed the connection without a response. */
  readonly text: string
  /** Milliseconds until the connection was closed. */
  readonly tookMs: number
  readonly isHung: boolean
}

const momentMs = 300

/** `limitMs`: a connection that is open after that hangs. Latin-1 text stands for bytes. */
export function sendBytes(port: number, bytes: string, ending: Ending, limitMs: number): Promise<Received> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).setEncoding('latin1')
  const start = performance.now()
  let text = ''
  let isHung = false
  return new Promise((resolve) => {
    const limit = setTimeout(() => {
      isHung = true
      socket.destroy()
    }, limitMs)
    const end = () => socket.end()
    let moment: NodeJS.Timeout | undefined
    // A reset is one of the ways in which a server closes.
    socket.on('error', () => {})
    socket.on('data', (part: string) => {
      text += part
      if (ending === 'wait' || ending === 'answered') end()
    })
    socket.on('end', end)
    socket.on('close', () => {
      clearTimeout(limit)
      clearTimeout(moment)
      resolve({ text, tookMs: performance.now() - start, isHung })
    })
    socket.on('connect', () => {
      socket.write(bytes, 'latin1', () => {
        if (ending === 'leave') socket.destroy()
        if (ending === 'end') end()
      })
      if (ending === 'wait') moment = setTimeout(end, momentMs)
    })
  })
}
