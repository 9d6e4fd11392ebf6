/** `countersign dev`: the tutorial's system, without any setup. */
import type { Command } from '@commander-js/extra-typings'
import { demoLogins } from '../demo/users.ts'
import { warnOfUnsafeSettings } from '../health/unsafe-settings.ts'
import { urlOf } from '../http/url-of.ts'
import { standardLog } from '../log/standard-log.ts'
import { createServer } from '../server.ts'
import type { Store } from '../store/open.ts'
import { formatTrace } from '../trace/format.ts'
import type { RecordedRequest } from '../trace/recorder.ts'
import { defaultDatabaseUrl, explain, readSettings } from './config.ts'
import { ignoreInGit, storedSecret } from './dev-secret.ts'
import { withExamples } from './help.ts'
import { requireDatabaseIgnored } from './init/require-ignored.ts'
import { freePort } from './port.ts'
import { describeRejection } from './rejected-request.ts'
import { run } from './run.ts'
import { untilSignal } from './stop-signal.ts'
import { print } from './terminal/print.ts'

export function defineDev(command: Command): void {
  const defined = command
    .description(
      "Serves for development: the tutorial's users, a demo app, the live trace, and a database and a secret that are made at the first start. Prints each rejected request.",
    )
    .option('--trace', 'print each request with its steps')
    .action(({ trace = false }) => dev(trace))
  withExamples(defined, ['countersign dev', 'PORT=9000 countersign dev --trace'])
}

async function dev(isTraced: boolean): Promise<void> {
  const settings = await readSettings({ logLevel: 'warn' })
  if (settings.databaseUrl === defaultDatabaseUrl(settings.dataDir)) {
    ignoreInGit(settings.dataDir)
    requireDatabaseIgnored(settings.dataDir)
  }
  const secretKey = settings.options.secretKey ?? storedSecret(settings.dataDir)
  const found = settings.port === 0 ? await freePort(settings.host) : undefined
  const port = found?.port ?? settings.port
  const server = await createServer(
    {
      passwordGrant: 'first-party',
      issuer: urlOf('127.0.0.1', port),
      ...settings.options,
      secretKey,
      demo: true,
      unsafeWeakSecretKey: true,
    },
    { migrate: true, log: standardLog(settings.logLevel, { descriptor: 2 }) },
  ).catch((error) => explain(error, settings))
  const { store, traces } = server.context
  warnOfUnsafeSettings(server.context)
  let printed = Promise.resolve()
  const show = (request: RecordedRequest) => {
    // One after the other, in their order. A lockout is not shown while the database is not available.
    printed = printed.then(() => printRequest(store, request, isTraced)).catch(() => {})
  }
  traces.watch({ show, end: () => {} })
  const untilStop = untilSignal(server.context, (url) => print(welcome(url)))
  found?.release()
  await run(server, { host: settings.host, port, untilStop })
}

function welcome(url: string): string {
  const [tim, alice] = demoLogins
  return `Countersign is ready at ${url}

  Log in with the demo app  ${url}/demo
  API in the browser        ${url}/docs     (Authorize, then Execute)
  Live trace                ${url}/_trace
  Users                     ${tim.username} / ${tim.password}   ${alice.username} / ${alice.password}

  curl -d 'username=${tim.username}&password=${tim.password}' ${url}/token

Ctrl-C stops it.`
}

/** A rejected request with its reason, and the commands that help. Others only when they are traced. */
async function printRequest(store: Store, request: RecordedRequest, isTraced: boolean): Promise<void> {
  const { reason } = request
  if (reason === undefined && !isTraced) return
  const lines = reason === undefined ? [] : await describeRejection(store, reason, request)
  print([formatTrace(isTraced ? request : { ...request, steps: [] }), ...lines].join('\n'))
}
