/** The authorization server inside this application. It starts with the first request: `next build` imports the routes, too. */
import { type Countersign, createCountersign } from 'countersign'
import { countersignOptions } from './countersign-options.ts'
import { clientSecret, issuer, secretKey, trustedProxies } from './settings.ts'

/** Next.js may load this module several times in one process. */
const shared: typeof globalThis & { countersign?: Promise<Countersign> } = globalThis

export function countersign(): Promise<Countersign> {
  shared.countersign ??= createCountersign(
    { ...countersignOptions(issuer, clientSecret), secretKey, trustedProxies },
    { migrate: true },
  )
  return shared.countersign
}
