/** The configuration: what `serve` would refuse, and what it accepts but should not stay. */
import type { Config } from '../../config/options.ts'
import { isLoopback } from '../../domain/loopback.ts'
import type { Settings } from '../config.ts'
import { type Finding, notesOf } from './finding.ts'

const notes = notesOf('settings')

/** The settings of the process, which say where each option was set. */
type PlacedSettings = Pick<Settings, 'options' | 'host' | 'nameOf'>

export function checkSettings(config: Config, { options, host, nameOf }: PlacedSettings): readonly Finding[] {
  const findings = [
    ...(options.issuer === undefined && !isLoopback(host)
      ? [notes.problem('ISSUER is missing.', 'Set it to the https URL at which clients reach this server.')]
      : []),
    ...demoSettings(config, nameOf),
    ...(config.passwordGrant === 'first-party'
      ? [
          notes.warning(
            `${nameOf('passwordGrant')} is first-party: anybody may send passwords to /token (RFC 9700 §2.4: MUST NOT).`,
            'Turn it off when no client needs it any longer.',
          ),
        ]
      : []),
    ...proxySettings(config, nameOf),
  ]
  return findings.length > 0
    ? findings
    : [notes.ok('The options are valid, without any for development. SECRET_KEY is long enough.')]
}

function demoSettings(config: Config, nameOf: (option: string) => string): readonly Finding[] {
  const set = [
    ...(config.demo ? ['demo'] : []),
    ...(config.unsafeWeakSecretKey ? ['unsafeWeakSecretKey'] : []),
    ...(config.unsafeHttpHosts.length > 0 ? ['unsafeHttpHosts'] : []),
  ]
  return set.map((option) =>
    notes.problem(`${nameOf(option)} is set, which is for development.`, `Remove ${nameOf(option)}.`),
  )
}

function proxySettings({ issuer, trustedProxies }: Config, nameOf: (option: string) => string): readonly Finding[] {
  const name = nameOf('trustedProxies')
  const everybody = trustedProxies.find((range) => /\/0$/.test(range))
  if (everybody !== undefined) {
    return [
      notes.problem(
        `${name} has ${everybody}: each client is believed which address it comes from.`,
        'List only the addresses of your proxies.',
      ),
    ]
  }
  if (!issuer.startsWith('https:') || trustedProxies.length > 0) return []
  return [
    notes.problem(
      `${name} is empty, but an https issuer is reached through a proxy: all wrong passwords count for its address, and one client locks out all others.`,
      'Set TRUSTED_PROXIES to the addresses from which the proxy connects, such as TRUSTED_PROXIES=127.0.0.1',
    ),
  ]
}
