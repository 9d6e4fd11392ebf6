/** The authorization server inside this application. It starts when it is first needed: `next build` imports the routes, too. */
import { type Countersign, createCountersign, OptionsError } from 'countersign'
import { countersignOptions } from './countersign-options.ts'
import { clientSecret, describeProblems, issuer, secretKey, stop, trustedProxies } from './settings.ts'

/** Next.js may load this module several times in one process. */
const shared: typeof globalThis & { countersign?: Promise<Countersign> } = globalThis

export function countersign(): Promise<Countersign> {
  shared.countersign ??= createCountersign(
    { ...countersignOptions(issuer, clientSecret), secretKey, trustedProxies },
    { migrate: true },
  ).catch((error: unknown) => {
    if (error instanceof OptionsError) stop(describeProblems(error))
    throw error
  })
  return shared.countersign
}
