/** The discovery documents, as clients find them: RFC 8414 §3, OpenID Connect Discovery 1.0 §4. */
import { isLoopback } from '../../domain/loopback.ts'
import { type Finding, notesOf, shown } from './finding.ts'
import { jsonIn, type ProbeResponse } from './probe.ts'

export interface MetadataUrl {
  readonly url: string
  /** Whether a specification names this place. Countersign serves the others too, for clients that mix the two up. */
  readonly isStandard: boolean
}

export interface MetadataDocument extends MetadataUrl {
  readonly response: ProbeResponse
}

/** OpenID Connect appends the well-known path to the issuer; RFC 8414 §3.1 puts it between the host and the issuer's path. */
export function metadataUrls(issuer: string): readonly MetadataUrl[] {
  const { origin, pathname } = new URL(issuer)
  const path = pathname.replace(/\/$/, '')
  const openId = '/.well-known/openid-configuration'
  const oauth = '/.well-known/oauth-authorization-server'
  return [
    { url: `${origin}${path}${openId}`, isStandard: true },
    { url: `${origin}${oauth}${path}`, isStandard: true },
    ...(path === ''
      ? []
      : [
          { url: `${origin}${path}${oauth}`, isStandard: false },
          { url: `${origin}${openId}${path}`, isStandard: false },
        ]),
  ]
}

const notes = notesOf('discovery')

/** `issuer` is the URL that clients are given; `configured` is the issuer of the configuration, where there is one. */
export function checkMetadata(
  issuer: string,
  configured: string | undefined,
  documents: readonly MetadataDocument[],
): readonly Finding[] {
  const findings = documents.flatMap((document) => checkDocument(issuer, document))
  if (configured !== undefined && configured !== issuer) {
    findings.push(
      notes.warning(
        `The configuration here has the issuer ${configured}, but ${issuer} is checked.`,
        `Check the URL of the issuer, or set ISSUER=${issuer}.`,
      ),
    )
  }
  if (findings.length > 0) return findings
  return [notes.ok(`All ${documents.length} documents have the issuer ${issuer}.`)]
}

function checkDocument(issuer: string, { url, isStandard, response }: MetadataDocument): Finding[] {
  const document = response.status === 200 ? jsonIn(response) : undefined
  if (document === undefined) {
    const found = response.status === 200 ? 'no JSON' : `status ${response.status}`
    const message = `${url} has ${found}.`
    const { pathname } = new URL(url)
    const fix = `Let the proxy forward ${pathname} to Countersign, unchanged.`
    return [isStandard ? notes.problem(message, fix) : notes.warning(message, fix)]
  }
  // RFC 8414 §3.3: the issuer MUST be identical to the one that the document was looked up for.
  if (document['issuer'] === issuer) return []
  return [
    notes.problem(
      `${url} has the issuer ${shown(document['issuer'])}, so clients of ${issuer} reject it.`,
      `Set ISSUER to the URL that clients use, such as ISSUER=${issuer}, and start the server again.`,
    ),
  ]
}

const endpointNotes = notesOf('endpoints')

/** Members such as `token_endpoint` and `jwks_uri` lead to the issuer itself, by https. */
export function checkEndpoints(issuer: string, document: Readonly<Record<string, unknown>>): readonly Finding[] {
  const { origin, hostname } = new URL(issuer)
  const names = Object.keys(document).filter((name) => /(?:_endpoint|_uri)$/.test(name))
  const findings = names.flatMap((name): Finding[] => {
    const value = document[name]
    const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined
    if (url?.origin === origin) return []
    return [
      endpointNotes.problem(
        `${name} is ${shown(value)}, not at ${origin}.`,
        'Set ISSUER to the URL that clients use. A proxy must not rewrite the document.',
      ),
    ]
  })
  if (!issuer.startsWith('https:')) {
    const place = isLoopback(hostname)
      ? 'reaches only programs of this machine'
      : 'lets everybody on the way read passwords and tokens'
    findings.push(endpointNotes.warning(`${issuer} has no https, and ${place}.`, 'Set ISSUER to an https URL.'))
  }
  return findings.length > 0 ? findings : [endpointNotes.ok(`${names.length} endpoints are at ${origin}.`)]
}
