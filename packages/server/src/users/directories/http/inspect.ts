/** What an operator should know of a service: whether it can be used, and whether it checks who asks. */
import { isLoopback } from '../../../domain/loopback.ts'
import type { Finding } from '../directory.ts'
import { usersIn } from './responses.ts'
import { call, type Service, UnexpectedStatus } from './service.ts'

export async function inspectService(service: Service, signal: AbortSignal): Promise<readonly Finding[]> {
  const { protocol, hostname } = new URL(service.url)
  const isClear = protocol === 'http:' && !isLoopback(hostname)
  const clear = isClear ? [problem('Passwords cross the network in clear text: use https://.')] : []
  try {
    const answered = await call(service, 'find', { keys: [] }, signal)
    if (answered === undefined) return [problem('The service responds to /find with 404: correct url.'), ...clear]
    usersIn(answered)
    const listed = await call(service, 'find', { after: null, limit: 1 }, signal)
    return [
      fact('The service can be reached.'),
      ...clear,
      ...(await signatureFindings(service, signal)),
      ...(listed === undefined
        ? [fact('The service does not list its users, so they cannot be counted or compared.')]
        : []),
    ]
  } catch (error) {
    return [problem(`The service cannot be used: ${error instanceof Error ? error.message : 'no response'}.`), ...clear]
  }
}

/** A request that somebody else signed must be rejected: without that, anybody who reaches the service can try passwords. */
async function signatureFindings(service: Service, signal: AbortSignal): Promise<Finding[]> {
  const secret = `whsec_${Buffer.from(service.random.bytes(32)).toString('base64')}`
  try {
    await call({ ...service, secret }, 'find', { keys: [] }, signal)
    return [problem('The service accepts requests with a wrong signature: let it verify webhook-signature.')]
  } catch (error) {
    if (!(error instanceof UnexpectedStatus) || error.status >= 500) throw error
    return [fact('The service rejects requests with a wrong signature.')]
  }
}

function fact(message: string): Finding {
  return { isProblem: false, message }
}

function problem(message: string): Finding {
  return { isProblem: true, message }
}
