/** Logs in to a server by the simple method (RFC 4513 §5.1). Its password never crosses the network before the connection is encrypted. */
import type { PasswordCheck } from '../directory.ts'
import { type Connection, type Ldapts, newConnection } from './connection.ts'
import { policyCheck, refusedCheck } from './refusal.ts'
import { resultCodeOf, resultCodes } from './result-code.ts'
import type { LdapServer } from './server.ts'

/** A connection for searches. @throws Error that says whether the server or the account is the problem */
export async function connectForSearches(ldapts: Ldapts, server: LdapServer, signal: AbortSignal): Promise<Connection> {
  const { dn, password } = server.account ?? { dn: '', password: '' }
  const connection = await encrypted(ldapts, server, signal)
  try {
    await connection.during(signal, (client) => client.bind(dn, password))
    return connection
  } catch (error) {
    connection.end()
    if (resultCodeOf(error) !== resultCodes.invalidCredentials) throw error
    throw new Error('the LDAP server rejects bindDn with its bindPassword', { cause: error })
  }
}

/**
 * Whether it is the password of the entry. It takes a connection of its own: a bind changes who a connection belongs to (RFC 4511 §4.2.1).
 * @throws Error when the server does not say so
 */
export async function checkPassword(
  ldapts: Ldapts,
  server: LdapServer,
  { dn, password }: { readonly dn: string; readonly password: string },
  signal: AbortSignal,
): Promise<PasswordCheck> {
  if (dn === '' || mayCountAsEmpty(password)) return { isMatch: false }
  const connection = await encrypted(ldapts, server, signal)
  const policy = new ldapts.PasswordPolicyControl()
  try {
    await connection.during(signal, (client) => client.bind(dn, password, policy))
    return policyCheck(policy.value?.error)
  } catch (error) {
    if (refusals.has(resultCodeOf(error) ?? -1)) return refusedCheck(error, policy.value?.error)
    throw error
  } finally {
    connection.end()
  }
}

/**
 * RFC 4513 §5.1.2: a bind with an empty password succeeds as nobody, so clients SHOULD NOT send one that a user typed. A server in C may see
 * the end of the password in NUL, and some servers strip white space.
 */
function mayCountAsEmpty(password: string): boolean {
  return password.includes('\0') || password.trim() === ''
}

/** Codes that are about the user: the password is wrong, or the server does not let this user in. */
const refusals: ReadonlySet<number> = new Set([
  resultCodes.constraintViolation,
  resultCodes.noSuchObject,
  resultCodes.inappropriateAuthentication,
  resultCodes.invalidCredentials,
  resultCodes.insufficientAccess,
  resultCodes.unwillingToPerform,
])

async function encrypted(ldapts: Ldapts, server: LdapServer, signal: AbortSignal): Promise<Connection> {
  const connection = newConnection(ldapts, server)
  if (server.transport !== 'start-tls') return connection
  try {
    // RFC 4511 §4.14.
    await connection.during(signal, (client) => client.startTLS({ ...server.tls }))
    return connection
  } catch (error) {
    connection.end()
    throw error
  }
}
