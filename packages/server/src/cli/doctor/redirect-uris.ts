/** The redirect URIs of each client: valid today, by https, not on loopback for web apps, and with a host that exists. */
import { lookup } from 'node:dns/promises'
import { countersign } from '../../config/called-as.ts'
import { type Client, isPublic } from '../../domain/client.ts'
import { isLoopback } from '../../domain/loopback.ts'
import { redirectUriProblem } from '../../domain/registered-uri.ts'
import { withinTime } from '../../within-time.ts'
import { counted, type Finding, notesOf } from './finding.ts'

const notes = notesOf('clients')

/** Hosts that are looked up: a deployment with thousands of clients is not waited for. */
const maxHosts = 100
const timeoutMs = 3000

/** The hosts of the redirect URIs that DNS does not know here. */
export async function unknownHosts(clients: readonly Client[]): Promise<ReadonlySet<string>> {
  const urls = clients
    .flatMap(({ redirectUris }) => redirectUris)
    .filter((uri) => /^https?:/.test(uri) && URL.canParse(uri))
  const hosts = [...new Set(urls.map((uri) => new URL(uri).hostname))].filter((host) => !isLoopback(host))
  const unknown = await Promise.all(
    hosts.slice(0, maxHosts).map(async (host) => ((await isUnknown(host)) ? [host] : [])),
  )
  return new Set(unknown.flat())
}

/** No answer in time means nothing: this machine may have no DNS. */
async function isUnknown(host: string): Promise<boolean> {
  const look = () =>
    lookup(host.replace(/^\[|\]$/g, '')).then(
      () => false,
      (error: NodeJS.ErrnoException) => error.code === 'ENOTFOUND',
    )
  return await withinTime(timeoutMs, look, () => false)
}

export function checkRedirectUris(clients: readonly Client[], unknown: ReadonlySet<string>): readonly Finding[] {
  const enabled = clients.filter((client) => !client.isDisabled)
  const findings = enabled.flatMap((client) => client.redirectUris.flatMap((uri) => checkUri(client, uri, unknown)))
  if (enabled.length === 0) {
    return [
      notes.warning('There are no clients, so nobody can log in.', `Register one: ${countersign} clients add --help`),
    ]
  }
  if (findings.length > 0) return findings
  return [notes.ok(`The redirect URIs of ${counted(enabled.length, 'client')} are valid, and their hosts exist.`)]
}

function checkUri(client: Client, uri: string, unknown: ReadonlySet<string>): readonly Finding[] {
  const change = `Change it: ${countersign} clients update ${client.id} --redirect-uri ...`
  const problem = redirectUriProblem(uri, client.applicationType)
  if (problem !== undefined) return [notes.problem(`${client.id}: the redirect URI ${uri} ${problem}.`, change)]
  if (!/^https?:/.test(uri)) return []
  const { hostname } = new URL(uri)
  if (isLoopback(hostname) && (!isPublic(client) || client.applicationType === 'web')) {
    return [
      notes.warning(
        `${client.id}: the redirect URI ${uri} is on the user's own machine, but the client is a web app.`,
        `Remove it where ${client.id} is not for development. ${change}`,
      ),
    ]
  }
  if (unknown.has(hostname)) {
    return [notes.warning(`${client.id}: DNS does not know ${hostname}, the host of a redirect URI.`, change)]
  }
  return []
}
