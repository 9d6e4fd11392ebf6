/** The published keys (RFC 7517 §5). */
import { countersign } from '../../config/called-as.ts'
import { asymmetricAlgorithms } from '../../domain/algorithm.ts'
import { isPlainObject } from '../../domain/plain-object.ts'
import { counted, type Finding, notesOf, shown } from './finding.ts'
import { jsonIn, type ProbeResponse } from './probe.ts'

const notes = notesOf('jwks')

/** RFC 7518 §6.2.2, §6.3.2, §6.4.1; RFC 8037 §2: members of private and symmetric keys. */
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

export function checkJwks(response: ProbeResponse): readonly Finding[] {
  const keys = keysIn(response)
  if (keys === undefined) {
    return [
      notes.problem(
        `The key set has status ${response.status}${response.status === 200 ? ' and no keys in JSON' : ''}, so no API can verify tokens.`,
        'Let the proxy forward /.well-known/jwks.json to Countersign, unchanged.',
      ),
    ]
  }
  const findings: Finding[] = []
  const leaked = keys.filter((key) => privateMembers.some((member) => member in key))
  if (leaked.length > 0) {
    findings.push(
      notes.problem(
        `${counted(leaked.length, 'key')} published with the private half: everybody can make tokens.`,
        `This is not the key set of Countersign: find what answers at jwks_uri. Revoke the keys: ${countersign} keys revoke`,
      ),
    )
  }
  const algorithms = new Set(keys.map((key) => shown(key['alg'])))
  const missing = asymmetricAlgorithms.filter((algorithm) => !algorithms.has(algorithm))
  if (missing.length > 0) {
    findings.push(
      notes.problem(
        `The key set has no key for ${missing.join(', ')}.`,
        'Check that this is the key set of Countersign.',
      ),
    )
  }
  if (!/\bmax-age=[1-9]/.test(response.headers.get('cache-control') ?? '')) {
    findings.push(
      notes.warning(
        'The key set may not be cached, so each API asks for it again and again.',
        'Let the proxy pass on Cache-Control, which Countersign sets to public, max-age=300.',
      ),
    )
  }
  if (findings.length > 0) return findings
  return [notes.ok(`${counted(keys.length, 'public key')}: ${[...algorithms].join(', ')}.`)]
}

function keysIn(response: ProbeResponse): readonly Readonly<Record<string, unknown>>[] | undefined {
  const keys = response.status === 200 ? jsonIn(response)?.['keys'] : undefined
  if (!Array.isArray(keys) || keys.length === 0 || !keys.every(isPlainObject)) return undefined
  return keys.map((key) => Object.fromEntries(Object.entries(key)))
}
