/** What an operator should know of a server: whether it can be used, and whether what is read there can be read by the account. */
import type { Finding } from '../directory.ts'
import { connectForSearches } from './bind.ts'
import type { Ldapts } from './connection.ts'
import type { Entries } from './entries.ts'
import { type LdapEntry, textOf } from './entry.ts'
import type { Mapping } from './mapping.ts'
import { resultCodeOf, resultCodes } from './result-code.ts'
import { type Searches, searchesOn } from './searches.ts'
import type { LdapServer } from './server.ts'

const maxCounted = 10_000
/** Users whose attributes are looked at. */
const maxSeen = 100

export async function inspectServer(
  ldapts: Ldapts,
  server: LdapServer,
  mapping: Mapping,
  entries: Entries,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const findings = transportFindings(server)
  try {
    const connection = await connectForSearches(ldapts, server, signal)
    try {
      const searches = searchesOn(connection)
      const asked = await connection.during(signal, () => contentFindings(ldapts, searches, mapping, entries))
      const who = server.account ? 'The account of bindDn has logged in.' : 'Searches are anonymous.'
      return [fact(`The server can be reached. ${who}`), ...findings, ...asked]
    } finally {
      connection.end()
    }
  } catch (error) {
    return [problem(`The server cannot be used: ${firstLine(error)}.`), ...findings]
  }
}

function transportFindings({ transport, isLoopback, tls }: LdapServer): Finding[] {
  if (transport === 'clear-text') {
    const message = 'Passwords cross the network in clear text'
    return [
      isLoopback ? fact('The connection is not encrypted, on this machine.') : problem(`${message}: use ldaps://.`),
    ]
  }
  if (tls.rejectUnauthorized === false) {
    return [problem('Any certificate is accepted: remove unsafeAnyCertificate, and name the authority in ca.')]
  }
  return [fact('The connection is encrypted, and the certificate is checked.')]
}

async function contentFindings(
  ldapts: Ldapts,
  searches: Searches,
  mapping: Mapping,
  entries: Entries,
): Promise<Finding[]> {
  const { baseDn } = mapping
  if (!(await exists(searches, baseDn))) {
    return [problem(`There is no entry ${baseDn}, or the account may not see it: correct baseDn.`)]
  }
  return [...(await userFindings(searches, mapping, entries)), ...(await policyFindings(ldapts, searches, mapping))]
}

async function userFindings(searches: Searches, mapping: Mapping, entries: Entries): Promise<Finding[]> {
  const { filter, attributes, disabledBy } = mapping
  const { keys, isWhole } = await entries.keys(searches, maxCounted)
  const limited = problem('The server does not list all users for this account: raise its size limit there.')
  const ends = isWhole || keys.length === maxCounted ? [] : [limited]
  const seen = await entries.withKeys(searches, keys.slice(0, maxSeen))
  if (seen.length === 0 && ends.length === 0) {
    return [
      problem(`The filter ${filter} finds no user with the attribute ${attributes.key} that the account may read.`),
    ]
  }
  const findings = [fact(`The filter ${filter} finds ${isWhole ? '' : 'at least '}${keys.length} users.`), ...ends]
  if (seen.length === 0) return findings
  const needed = [attributes.username, ...(disabledBy === undefined ? [] : [disabledBy])]
  const useful = [attributes.email, attributes.fullName].filter((name) => typeof name === 'string')
  findings.push(
    ...missing(seen, needed).map((name) => problem(`No user has ${name}, or the account may not read it.`)),
    ...missing(seen, useful).map((name) => fact(`No user has ${name}, or the account may not read it.`)),
  )
  return findings
}

function missing(seen: readonly LdapEntry[], attributes: readonly string[]): readonly string[] {
  return attributes.filter((name) => seen.every((entry) => textOf(entry, name) === undefined))
}

async function exists({ search }: Searches, dn: string): Promise<boolean> {
  try {
    return (await search(dn, { scope: 'base', sizeLimit: 1, attributes: ['1.1'] })).length > 0
  } catch (error) {
    if (resultCodeOf(error) === resultCodes.noSuchObject) return false
    throw error
  }
}

/** OpenLDAP: a lock that ends by itself stays in the entry. How long it holds stands in the policy. */
async function policyFindings({ EqualityFilter }: Ldapts, { search }: Searches, mapping: Mapping): Promise<Finding[]> {
  const attribute = 'pwdLockoutDuration'
  const filter = new EqualityFilter({ attribute: 'objectClass', value: 'pwdPolicy' })
  const policies = await search(mapping.baseDn, { filter, sizeLimit: 10, attributes: [attribute] })
  const durations = new Set(policies.map((policy) => Number(textOf(policy, attribute) ?? 0)))
  durations.delete(mapping.lockoutDuration)
  return [...durations].map((duration) =>
    problem(`A password policy locks accounts for ${duration} seconds (0: until unlocked): set lockoutDuration to it.`),
  )
}

function firstLine(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : 'no response'
}

function fact(message: string): Finding {
  return { isProblem: false, message }
}

function problem(message: string): Finding {
  return { isProblem: true, message }
}
