/** The configuration in `suite/`, which needs Docker to run, must match our clients and pages. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { plainFrame, typicalPages } from '../../packages/server/test/support/pages.ts'
import { basicPlan } from './modules/basic-plan.ts'
import { rpLogoutPlan } from './modules/rp-logout.ts'
import { backchannelClient, loginClients, rpLogoutClient, suiteBase } from './suite/clients.ts'
import { password, username } from './suite/user.ts'

type Command = readonly [command: string, by: string, target: string, ...rest: (string | number)[]]

interface Browser {
  readonly tasks: readonly { readonly commands?: readonly Command[] }[]
}

interface Configuration {
  readonly server: { readonly discoveryUrl: string }
  readonly browser: readonly Browser[]
  readonly override?: Readonly<Record<string, { readonly browser: readonly Browser[] }>>
  readonly [client: string]: unknown
}

function read(name: string): Configuration {
  return JSON.parse(readFileSync(new URL(`./suite/${name}.json`, import.meta.url), 'utf8'))
}

const plans = [
  { name: 'basic', clients: loginClients(suiteBase), modules: basicPlan },
  { name: 'rp-initiated-logout', clients: { client: rpLogoutClient(suiteBase) }, modules: rpLogoutPlan },
  { name: 'backchannel-logout', clients: { client: backchannelClient(suiteBase) }, modules: [] },
] as const

const pages = Object.values(typicalPages(plainFrame)).join('\n')

for (const { name, clients, modules } of plans) {
  test(`${name}.json has the clients of the server`, () => {
    const configuration = read(name)
    for (const [place, client] of Object.entries(clients)) {
      const { client_id, client_secret } = client
      assert.deepEqual(configuration[place], { client_id, client_secret })
    }
  })

  test(`${name}.json overrides only modules of its plan`, () => {
    const known = modules.map((module): string => module.name)
    for (const module of Object.keys(read(name).override ?? {})) assert.ok(known.includes(module), module)
  })

  test(`${name}.json clicks and reads only what is on our pages`, () => {
    const { browser, override = {} } = read(name)
    const scripts = [browser, ...Object.values(override).map((one) => one.browser)].flat()
    const commands = scripts.flatMap(({ tasks }) => tasks.flatMap((task) => task.commands ?? []))
    assert.ok(commands.length > 0)
    for (const [command, by, target, ...rest] of commands) {
      // An element of the suite's own page.
      if (target === 'submission_complete') continue
      if (by === 'id') assert.match(pages, new RegExp(`id="${target}"`))
      if (command === 'text') assert.deepEqual(rest, [target === 'username' ? username : password])
      if (command === 'wait') assert.match(pages, new RegExp(`>${rest[1]}<`))
    }
  })
}
