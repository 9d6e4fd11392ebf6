/** The browser of the test kit, where the tests have no handle that knows the paths of the server. */
import { createUserAgent as create, type UserAgent } from '../../src/user-agent/user-agent.ts'

/** The paths of the server that browsers visit. */
const pages = /\/(authorize|login|consent|select-account|logout(\/.*)?|language)$/

export function createUserAgent(
  send: (request: Request) => Promise<Response>,
  origin: string,
  headers: Readonly<Record<string, string>> = {},
): UserAgent {
  return create({ send, origin, headers, owns: (path) => pages.test(path) })
}
