/** The keys, the settings and the good token that the tests of `explain` begin with. */
import type { ExplainSettings } from '../../src/explain/explain.ts'
import { audience, craft, issuer, makeSigner, testTime } from './tokens.ts'

export const signer = await makeSigner('ES256', 'key-1')
export const second = await makeSigner('HS256', 'key-2')
export const keys = [signer.verification, second.verification]
export const settings = { keys, issuer, audience, now: () => testTime } satisfies ExplainSettings
export const good = craft(signer)
