/** Requests that no client library would send, byte for byte. */
import { connect } from 'node:net'

/** The whole answer as text. The request asks for the connection to be closed. */
export function sendRaw(port: number, target: string, lines: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => {
      socket.write([`GET ${target} HTTP/1.1`, ...lines, 'Connection: close', '', ''].join('\r\n'), 'latin1')
    })
    socket.setEncoding('latin1').on('data', (chunk) => {
      answer += chunk
    })
    socket.on('end', () => resolve(answer)).on('error', reject)
  })
}
