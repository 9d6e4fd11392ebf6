/** Checks the options of a directory behind a service. No message has the secret, or the URL. */
import { isLoopback } from '../../../domain/loopback.ts'
import type { Checks } from '../declare.ts'
import type { HttpDirectoryOptions } from '../http-options.ts'
import { secretProblem } from './signature.ts'

export function checkHttpOptions({ url, secret, unsafeHttp = false }: HttpDirectoryOptions, { require }: Checks): void {
  require(typeof unsafeHttp === 'boolean', 'unsafeHttp', 'must be true or false')
  const problem = urlProblem(url, unsafeHttp)
  require(problem === undefined, 'url', problem ?? '')
  const weakness = secretProblem(secret)
  require(weakness === undefined, 'secret', weakness ?? '')
}

function urlProblem(text: unknown, isHttpAllowed: boolean): string | undefined {
  if (typeof text !== 'string' || !URL.canParse(text))
    return 'must be a URL, such as https://users.example.com/directory'
  const { protocol, hostname, username, password, search, hash } = new URL(text)
  if (username || password) return 'must not contain credentials'
  if (search || hash) return 'must not have a query or a fragment'
  const isAllowed = protocol === 'https:' || (protocol === 'http:' && (isHttpAllowed || isLoopback(hostname)))
  return isAllowed ? undefined : 'must begin with https:// (http is allowed for loopback hosts)'
}
