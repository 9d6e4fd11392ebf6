/** `countersign doctor [url]`: performs the real flow through the public URL, looks at the deployment, and says what is wrong and how to fix it. */
import type { Command } from '@commander-js/extra-typings'
import { systemRandom } from '../../environment.ts'
import { withinTime } from '../../within-time.ts'
import { CommandError, UsageError } from '../command-error.ts'
import type { Settings } from '../config.ts'
import { withExamples } from '../help.ts'
import { readKnownPassword } from '../terminal/read-password.ts'
import { chooseClient, clientOrigin } from './client.ts'
import { type Deployment, findSettings, insideSteps, issuerOf, openDeployment } from './deployment.ts'
import { exitCodeOf, type Finding, notesOf } from './finding.ts'
import { outsideSteps, reach, type Target } from './outside.ts'
import { printFindings } from './print-findings.ts'
import { runSteps } from './steps.ts'

/** Milliseconds. A monitor waits for no command longer than half a minute, whatever the server and the network do. */
const outsideMs = 14_000
const wholeMs = 19_000
const lingerMs = 1000

export function defineDoctor(command: Command): void {
  const defined = command
    .argument('[url]')
    .description(
      'Checks a deployment through its public URL, by default ISSUER, and its settings, database and files, where they are here. Says what is wrong and how to fix it. Exits with 1 when there is a problem, with 3 when there are only warnings.',
    )
    .option('--user <username>', 'log in as this user, whose password is read from standard input')
    .option('--client <id>', 'the client that the user logs in to; by default one that is known here')
    .option('--redirect-uri <uri>', 'its redirect URI, for a client that is not known here')
    .option('--json', 'print a JSON array')
    .action((url, flags) => doctor(url, flags))
  withExamples(defined, [
    'countersign doctor',
    'countersign doctor https://login.example.com --client app --redirect-uri https://app.example.com/callback --json',
  ])
}

interface Flags {
  readonly user?: string | undefined
  readonly client?: string | undefined
  readonly redirectUri?: string | undefined
  readonly json?: true | undefined
}

async function doctor(url: string | undefined, flags: Flags): Promise<void> {
  const unreadable: Finding[] = []
  const settings = await findSettings().catch((error: unknown) => {
    if (!(error instanceof CommandError)) throw error
    unreadable.push(notesOf('settings').problem(error.message, 'No command starts like this: change the setting.'))
    return undefined
  })
  const issuer = issuerToCheck(url, settings)
  const deployment = settings && (await openDeployment(settings))
  try {
    const target = await targetOf(issuer, deployment, flags)
    const startedMs = performance.now()
    const outside = await checkOutside(target, startedMs + outsideMs)
    const inside = await checkInside(deployment, startedMs + wholeMs)
    const findings = [...outside, ...unreadable, ...inside].map((finding) => withoutPassword(finding, target))
    process.exitCode = exitCodeOf(findings)
    await printFindings(findings, flags.json ?? false)
  } finally {
    const close = async () => await deployment?.store?.close()
    await withinTime(lingerMs, close, () => undefined)
    // What was given up, such as a look-up of a name, would keep the process until it ends.
    setTimeout(() => process.exit(), lingerMs).unref()
  }
}

/** A server may repeat what it was sent. */
function withoutPassword(finding: Finding, { credentials }: Target): Finding {
  const password = credentials?.password ?? ''
  if (password === '' || finding.check !== 'login') return finding
  const spellings = [password, encodeURIComponent(password), new URLSearchParams({ '': password }).toString().slice(1)]
  const message = spellings.reduce((text, spelling) => text.replaceAll(spelling, '***'), finding.message)
  return { ...finding, message }
}

/** @throws UsageError */
function issuerToCheck(url: string | undefined, settings: Settings | undefined): string {
  const issuer = url ?? (settings && issuerOf(settings))
  if (issuer === undefined) {
    throw new UsageError(
      'Name the URL to check. There is no SECRET_KEY and no countersign.config.ts here whose ISSUER could be checked.',
    )
  }
  const { protocol, origin, pathname, username, password, search, hash } = URL.canParse(issuer)
    ? new URL(issuer)
    : new URL('about:blank')
  if (!/^https?:$/.test(protocol) || username !== '' || password !== '' || search !== '' || hash !== '') {
    throw new UsageError(
      'The URL must be one such as https://login.example.com, without credentials, query and fragment.',
    )
  }
  // `https://login.example.com/`, as browsers show it, is what the issuer is with or without its slash.
  const own = settings && issuerOf(settings)
  return pathname === '/' && own !== `${origin}/` ? origin : own === `${issuer}/` ? own : issuer
}

/** @throws UsageError */
async function targetOf(issuer: string, deployment: Deployment | undefined, flags: Flags): Promise<Target> {
  const clients = deployment?.clients ?? []
  const client = chooseClient(clients, flags)
  const credentials =
    flags.user === undefined
      ? undefined
      : { username: flags.user, password: await readKnownPassword('doctor --user ...') }
  return {
    issuer,
    configured: deployment?.config?.issuer,
    client,
    clientOrigin: clientOrigin(clients),
    credentials,
    store: deployment?.store,
    trustedProxies: deployment?.config?.trustedProxies ?? [],
    metricsPath: deployment?.config?.metricsPath,
    random: systemRandom,
  }
}

async function checkOutside(target: Target, endMs: number): Promise<readonly Finding[]> {
  const { findings, first } = await reach(target)
  if (first === undefined) return findings
  return [...findings, ...(await runSteps('From outside', outsideSteps(target, first), { atOnce: true, endMs }))]
}

async function checkInside(deployment: Deployment | undefined, endMs: number): Promise<readonly Finding[]> {
  if (deployment === undefined) {
    const reason =
      'Settings, database, files and clients: there is no SECRET_KEY and no countersign.config.ts of a server here.'
    return [notesOf('settings').skipped(reason)]
  }
  return [...deployment.findings, ...(await runSteps('From inside', insideSteps(deployment), { endMs }))]
}
