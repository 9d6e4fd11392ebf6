/** An upgrade of one process after another under load, and back: the former version and the next one on one database. */
import assert from 'node:assert/strict'
import { basicOf } from '../../packages/server/test/support/clients.ts'
import { redirectUri } from '../../packages/server/test/support/code-flow.ts'
import { tim } from '../../packages/server/test/support/people.ts'
import type { Scope } from '../../packages/server/test/support/scope.ts'
import { testSecret } from '../../packages/server/test/support/server.ts'
import { freePort } from './free-port.ts'
import { type LoadCounts, startLoginLoad } from './login-load.ts'
import {
  commandOf,
  type Environment,
  type Finished,
  onTestsPostgres,
  type Running,
  runCommand,
  startCommand,
  temporaryFolder,
} from './process.ts'

export interface RollingUpgrade {
  /** The folders of the two versions' repositories. */
  readonly former: string
  readonly next: string
  readonly databaseUrl: string
  /** In each phase, at least. */
  readonly logins: number
  /** Called at the beginning of each phase. */
  readonly onPhase?: (title: string) => void
}

export interface UpgradeReport extends LoadCounts {
  /** What `migrate` of the next version printed, and then that of the former one. */
  readonly migrated: string
  readonly migratedByFormer: string
}

/** Both versions serve on the migrated database, the former one is started again on it, and the upgrade is taken back. */
export async function upgradeAndBack(scope: Scope, upgrade: RollingUpgrade): Promise<UpgradeReport> {
  const { former, next, databaseUrl, logins, onPhase = () => {} } = upgrade
  const port = await freePort()
  const issuer = `http://127.0.0.1:${port}`
  const environment: Environment = {
    ...onTestsPostgres,
    DATA_DIR: temporaryFolder(scope),
    DATABASE_URL: databaseUrl,
    SECRET_KEY: testSecret,
    ISSUER: issuer,
  }

  const runAt = (version: string, args: readonly string[], input?: string): Promise<Finished> =>
    runCommand(args, environment, input, undefined, commandOf(version))

  async function run(version: string, args: readonly string[], input?: string): Promise<string> {
    const { code, stdout, stderr } = await runAt(version, args, input)
    assert.equal(code, 0, stderr)
    return stdout
  }

  const serve = (version: string, port?: number): Promise<Running> =>
    startCommand(
      scope,
      ['serve'],
      { ...environment, ...(port && { PORT: String(port) }) },
      undefined,
      commandOf(version),
    )

  await run(former, ['migrate'])
  await run(former, ['users', 'add', tim.username, '--email', 'tim@example.com'], `${password}\n`)
  const secret = /^client_secret {2}([\w-]{43})$/m.exec(
    await run(former, ['clients', 'add', 'web-app', ...clientFlags]),
  )
  const load = startLoginLoad({ issuer, authorization: basicOf('web-app', secret?.[1]), password })

  onPhase('the former version serves')
  const old = await serve(former, port)
  load.add(old.origin)
  await load.logins(logins)

  onPhase('the next version migrates the database')
  const migrating = run(next, ['migrate'])
  await Promise.all([migrating, load.logins(logins)])

  onPhase('both serve')
  const fresh = await serve(next)
  load.add(fresh.origin)
  await load.logins(logins)

  onPhase('the next version serves')
  await load.remove(old.origin)
  await old.stop()
  await load.logins(logins)

  onPhase('the former version is started again, and both serve')
  const restart = await runAt(former, ['migrate'])
  if (restart.code !== 0) {
    const { failures, ...counts } = await load.stop()
    const refusal = `the former version does not start any longer: ${restart.stderr}`
    return { ...counts, failures: [...failures, refusal], migrated: await migrating, migratedByFormer: '' }
  }
  const again = await serve(former)
  load.add(again.origin)
  await load.logins(logins)

  onPhase('the former version serves again')
  await load.remove(fresh.origin)
  await fresh.stop()
  await load.logins(logins)

  return { ...(await load.stop()), migrated: await migrating, migratedByFormer: restart.stdout }
}

/** Those that former versions know, too. */
const clientFlags: readonly string[] = [
  ...['--redirect-uri', redirectUri, '--scope', 'openid'],
  ...['--grant-type', 'authorization_code', '--grant-type', 'refresh_token'],
]

/** Not among the common ones, which are refused. */
const password = 'rolling upgrade of tim'
