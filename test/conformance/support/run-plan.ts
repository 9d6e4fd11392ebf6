/** Runs the modules of a plan one after the other against one server, each in a new browser, as the suite does. */
import { test } from 'node:test'
import { loginClients, type SuiteClients } from '../suite/clients.ts'
import { startProvider } from './provider.ts'
import { type Module, openSuite, type ResponseMode } from './suite.ts'

/** The URL of the suite. No request is sent there. */
export const suiteAddress = 'https://suite.example'

export function runPlan(
  plan: string,
  modules: readonly Module[],
  responseMode: ResponseMode,
  clients: SuiteClients = loginClients(suiteAddress),
): void {
  test(plan, async (t) => {
    const provider = await startProvider(t, [clients.client, clients.client2, clients.client_secret_post])
    for (const { name, run } of modules) {
      await t.test(name, async () => run(await openSuite(provider, clients, responseMode)))
    }
  })
}
