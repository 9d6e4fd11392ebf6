/** Whom a token is for. */
import { test } from 'node:test'
import { makeGuard } from '../support/guards.ts'
import { assertPasses, assertRequestRejected } from '../support/outcomes.ts'
import { craft, makePairSigner } from '../support/tokens.ts'

const signer = await makePairSigner('ES256', 'key-1')

for (const audience of [
  'https://api.example',
  'https://api.example/',
  'http://127.0.0.1:3000',
  'https://api.example:8443/',
]) {
  test(`${audience} may stand in a token with a slash at its end, and without`, async () => {
    const origin = audience.replace(/\/$/, '')
    const guard = makeGuard([signer], { audience })
    for (const aud of [origin, `${origin}/`, ['other', origin]]) {
      await assertPasses(guard, craft(signer, { claims: { aud } }))
    }
    for (const aud of [
      `${origin}//`,
      `${origin}/a`,
      `${origin}:443`,
      origin.toUpperCase(),
      `${origin}#`,
      `${origin}?`,
    ]) {
      await assertRequestRejected(guard, craft(signer, { claims: { aud } }), 401, 'audience_mismatch')
    }
  })
}

for (const [audience, other] of [
  ['https://api.example/mcp', 'https://api.example/mcp/'],
  ['https://api.example/mcp/', 'https://api.example/mcp'],
  ['https://api.example?', 'https://api.example?/'],
  ['urn:example:api', 'urn:example:api/'],
  ['items', 'items/'],
] as const) {
  test(`${audience} has one spelling: ${other} is another`, async () => {
    const guard = makeGuard([signer], { audience })
    await assertPasses(guard, craft(signer, { claims: { aud: audience } }))
    await assertRequestRejected(guard, craft(signer, { claims: { aud: other } }), 401, 'audience_mismatch')
  })
}
