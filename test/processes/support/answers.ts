/** What a response says, in a few words: enough to tell whether a request of its kind got what it is for. */
import type { ValidRequest } from './requests.ts'
import { sendBytes } from './send-bytes.ts'

export interface Answer {
  readonly name: string
  readonly requestId: string
  /** Such as `303 /authorize cookie`: the status, where it leads, and what it carries. */
  readonly answer: string
}

/** Sends them as they are, one after the other. */
export async function answersTo(
  requests: readonly ValidRequest[],
  port: number,
  limitMs: number,
): Promise<readonly Answer[]> {
  const answers: Answer[] = []
  for (const { name, bytes } of requests) {
    const { text } = await sendBytes(port, bytes, 'answered', limitMs)
    answers.push({ name, requestId: headerOf(text, 'x-request-id'), answer: answerOf(text) })
  }
  return answers
}

function answerOf(text: string): string {
  const location = headerOf(text, 'location')
  const [address = '', query = ''] = location.split('?')
  const result = new URLSearchParams(query)
  const body = text.slice(text.indexOf('\r\n\r\n') + 4)
  const words = [
    /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 'none',
    address,
    result.has('code') || body.includes('name="code"') ? 'code' : '',
    result.get('error') ?? '',
    body.includes('"access_token":"') ? 'token' : '',
    body.includes('"active":true') ? 'active' : '',
    headerOf(text, 'set-cookie') === '' ? '' : 'cookie',
    headerOf(text, 'clear-site-data') === '' ? '' : 'ended',
  ]
  return words.filter((word) => word !== '').join(' ')
}

function headerOf(text: string, name: string): string {
  const head = text.slice(0, text.indexOf('\r\n\r\n'))
  return new RegExp(`\r\n${name}: ([^\r\n]*)`, 'i').exec(head)?.[1] ?? ''
}

/** The same, with the reason of each rejection, which the server's log has. */
export function withReasons(answers: readonly Answer[], log: string): readonly string[] {
  const reasons = new Map(
    log.split('\n').flatMap((line): readonly (readonly [string, string])[] => {
      const { requestId, reason } = line.startsWith('{') ? JSON.parse(line) : {}
      return typeof requestId === 'string' && typeof reason === 'string' ? [[requestId, reason]] : []
    }),
  )
  return answers.map(({ name, requestId, answer }) => {
    const reason = reasons.get(requestId)
    return `${name}: ${answer}${reason === undefined ? '' : ` ${reason}`}`
  })
}
