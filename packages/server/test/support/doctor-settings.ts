/** The settings of a deployment of production, for the checks of `countersign doctor` from inside. */
import { dirname } from 'node:path'
import type { Settings } from '../../src/cli/config.ts'
import { testSecret } from './server.ts'

export const production = {
  secretKey: testSecret,
  issuer: 'https://login.example.com',
  trustedProxies: ['10.0.0.1'],
} as const

/** On this database, with one client. */
export function settingsOn(databaseUrl: string): Settings {
  const app = { client_id: 'app', token_endpoint_auth_method: 'none', redirect_uris: ['http://127.0.0.1/cb'] } as const
  return {
    options: { ...production, databaseUrl, clients: [app] },
    host: '127.0.0.1',
    port: 8000,
    logLevel: 'info',
    metricsAt: undefined,
    workers: undefined,
    dataDir: dirname(databaseUrl.replace('sqlite:', '')),
    databaseUrl,
    formerSecretKey: undefined,
    configName: undefined,
    nameOf: (option) => option,
  }
}
