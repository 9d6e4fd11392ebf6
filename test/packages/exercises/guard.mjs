/** What a resource server does with the built guard, in JavaScript that every Node since 20 runs; each line is a check that held. */
import assert from 'node:assert/strict'
import { createHash, createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { createGuard, Rejection } from '@countersign/guard'
import { createDpop } from '@countersign/guard/dpop'
import { explain } from '@countersign/guard/explain'
import * as expressGuard from '@countersign/guard/express'
import * as fastifyGuard from '@countersign/guard/fastify'
import * as honoGuard from '@countersign/guard/hono'
import * as mcpGuard from '@countersign/guard/mcp'
import * as nextGuard from '@countersign/guard/next'
import * as nodeGuard from '@countersign/guard/node'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'

const { ISSUER: issuer, CLIENT_ID: clientId, CLIENT_SECRET: clientSecret } = process.env
const scopes = ['items']

const token = await newToken()
const guard = createGuard({ issuer, audience: issuer })
await passes('discovery', guard, token)
await refuses('no token', guard.check(requestWith()), 401)
await refuses('a token that was changed', guard.check(requestWith(`${token.slice(0, -10)}AAAAAAAAAA`)), 401)
await refuses('a missing scope', guard.checkToken(token, { scopes: ['admin'] }), 403)

const jwks = await (await fetch(`${issuer}/.well-known/jwks.json`)).json()
await passes('jwks', createGuard({ issuer, audience: issuer, jwks }), token)

const secret = 'a secret that is long enough for HS256, of the exercises'
const claims = { sub: 'tim', exp: Math.floor(Date.now() / 1000) + 60, scope: 'items' }
await passes('secret', createGuard({ secret }), signedWith(secret, claims))

await passes('introspection', createGuard({ issuer, introspection: { clientId, clientSecret } }), token)

const following = createGuard({ issuer, audience: issuer, revocations: { interval: 1 } })
const ended = await newToken()
await passes('revocations, before', following, ended)
await post('/revoke', { token: ended })
await refuses('revocations, after', untilRefused(following, ended), 401)
await passes('revocations, another token', following, token)

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const { crv, kty, x, y } = pair.publicKey.export({ format: 'jwk' })
const jkt = hash(JSON.stringify({ crv, kty, x, y }))
const bound = signedWith(secret, { ...claims, cnf: { jkt } })
const proving = createGuard({ secret, dpop: createDpop() })
const proven = requestWith(bound, 'DPoP', { dpop: proofOf(bound) })
assert.equal((await proving.check(proven, { scopes })).subject, 'tim')
await refuses('DPoP, the same proof again', proving.check(new Request(proven)), 401)
await refuses('DPoP, no proof', proving.check(requestWith(bound, 'DPoP')), 401)
await refuses('DPoP, as a bearer token', proving.check(requestWith(bound)), 401)

const { kid } = JSON.parse(Buffer.from(token.split('.', 1)[0], 'base64url'))
const keys = [await verificationKey(jwks.keys.find((jwk) => jwk.kid === kid))]
const settings = { issuer, audience: issuer, keys, type: 'at+jwt', scopes }
assert.equal((await explain(token, settings)).decision, 'passes')
assert.equal((await explain(`${token.slice(0, -10)}AAAAAAAAAA`, settings)).reason, 'signature_mismatch')
console.log('explain: tells')

class SdkError extends Error {
  constructor(code, description) {
    super(description)
    this.code = code
  }
}
const described = createGuard({ issuer, audience: issuer, metadata: { name: 'Items' } })
const { verifyAccessToken } = mcpGuard.tokenVerifier(described, SdkError)
assert.equal((await verifyAccessToken(token)).extra.subject, 'tim')
await assert.rejects(verifyAccessToken('x'), SdkError)
const insteadOfSdk = mcpGuard.protect(described, { scopes })
assert.equal((await insteadOfSdk(requestWith(token))).token, token)
await answers('mcp', async (request) => {
  const found = await insteadOfSdk(request)
  return found instanceof Response ? found : new Response(found.extra.subject)
})

await protects('express', async (listen) => {
  const app = express()
  app.get('/items', expressGuard.protect(guard, { scopes }), (request, response) => {
    response.send(expressGuard.accessOf(request).subject)
  })
  return await listen(createServer(app))
})

await protects('node', async (listen) => {
  const handler = nodeGuard.protect(guard, { scopes }, (_request, response, access) => response.end(access.subject))
  return await listen(createServer(handler))
})

await protects('fastify', async (_listen, after) => {
  const app = fastify()
  after(() => app.close())
  const answer = async (request) => fastifyGuard.accessOf(request).subject
  app.get('/items', { onRequest: fastifyGuard.protect(guard, { scopes }) }, answer)
  return await app.listen({ host: '127.0.0.1', port: 0 })
})

const hono = new Hono()
hono.get('/items', honoGuard.protect(guard, { scopes }), (context) => context.text(honoGuard.accessOf(context).subject))
await answers('hono', (request) => hono.fetch(request))
await answers(
  'next',
  nextGuard.protect(guard, { scopes }, (_request, access) => new Response(access.subject)),
)

async function newToken() {
  const form = { grant_type: 'password', username: 'tim', password: 'tim1234', scope: 'me items' }
  return (await (await post('/token', form)).json()).access_token
}

async function post(path, form) {
  const headers = { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` }
  const response = await fetch(issuer + path, { method: 'POST', headers, body: new URLSearchParams(form) })
  assert.equal(response.status, 200, path)
  return response
}

function requestWith(token, scheme = 'Bearer', headers = {}) {
  const authorization = token ? { authorization: `${scheme} ${token}` } : {}
  return new Request('https://api.example/items', { headers: { ...authorization, ...headers } })
}

function signedWith(key, payload) {
  const input = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(payload)}`
  return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`
}

/** For `requestWith(token)`. */
function proofOf(token) {
  const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: { crv, kty, x, y } }
  const iat = Math.floor(Date.now() / 1000)
  const input = `${encode(header)}.${encode({ jti: 'proof', htm: 'GET', htu: 'https://api.example/items', iat, ath: hash(token) })}`
  const signature = sign('sha256', Buffer.from(input), { key: pair.privateKey, dsaEncoding: 'ieee-p1363' })
  return `${input}.${signature.toString('base64url')}`
}

function encode(part) {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}

function hash(text) {
  return createHash('sha256').update(text).digest('base64url')
}

async function verificationKey(jwk) {
  const algorithm = { name: 'ECDSA', namedCurve: jwk.crv }
  return {
    keyId: jwk.kid,
    algorithm: jwk.alg,
    key: await crypto.subtle.importKey('jwk', jwk, algorithm, true, ['verify']),
  }
}

async function untilRefused(asked, token) {
  for (;;) {
    await asked.checkToken(token)
    await sleep(100)
  }
}

async function passes(what, asked, token) {
  const { subject, scopes: held } = await asked.check(requestWith(token), { scopes })
  assert.equal(subject, 'tim')
  assert.ok(held.includes('items'))
  console.log(`${what}: passes`)
}

async function refuses(what, checking, status) {
  await assert.rejects(checking, (error) => error instanceof Rejection && error.status === status)
  console.log(`${what}: ${status}`)
}

/** On a real port. */
async function protects(what, start) {
  const ends = []
  const listen = async (server) => {
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
    ends.push(() => server.close())
    return `http://127.0.0.1:${server.address().port}`
  }
  const origin = await start(listen, (end) => ends.push(end))
  await answers(what, (request) => fetch(`${origin}/items`, { headers: [...request.headers] }))
  for (const end of ends) await end()
}

async function answers(what, send) {
  const passed = await send(requestWith(token))
  assert.deepEqual([passed.status, await passed.text()], [200, 'tim'])
  const refused = await send(requestWith())
  assert.equal(refused.status, 401)
  assert.match(refused.headers.get('www-authenticate'), /^Bearer/)
  console.log(`${what}: answers`)
}
