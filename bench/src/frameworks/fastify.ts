/** GET /items in Fastify: open, guarded by us, or by @fastify/jwt, which is given the issuer's key since it fetches none. */
import { createPublicKey } from 'node:crypto'
import { createGuard } from '@countersign/guard'
import { protect } from '@countersign/guard/fastify'
import jwt from '@fastify/jwt'
import fastify, { type onRequestAsyncHookHandler } from 'fastify'
import type { JWK } from 'jose'
import { type GuardedBy, items, readSettings, tellUrl } from './settings.ts'

const { issuer, guardedBy, keyId } = readSettings()
const app = fastify()
const guards: Readonly<Record<GuardedBy, () => Promise<readonly onRequestAsyncHookHandler[]>>> = {
  nobody: async () => [],
  countersign: async () => [protect(createGuard({ issuer, audience: issuer }))],
  peer: async () => {
    const verify = { algorithms: ['ES256' as const], allowedIss: issuer, allowedAud: issuer }
    await app.register(jwt, { secret: { public: await publicKey() }, verify })
    return [async (request) => request.jwtVerify()]
  },
}

app.get('/items', { onRequest: [...(await guards[guardedBy]())] }, async () => items)
tellUrl(Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port))

/** The issuer's key that signs, as PEM. The issuer publishes the next one beside it. */
async function publicKey(): Promise<string> {
  const answer = await fetch(`${issuer}/.well-known/jwks.json`)
  const { keys }: { keys: readonly JWK[] } = JSON.parse(await answer.text())
  const key = keys.find(({ kid }) => kid === keyId)
  if (!key) throw new Error(`the issuer publishes no key ${keyId}`)
  return createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString()
}
