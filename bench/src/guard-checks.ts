/**
 * How many tokens a guard checks in a second, in this process: the same ones again, and ones never seen, beside bare jose on
 * the same tokens. A program of its own, so that it can have a core; prints `GuardChecks` as JSON.
 */
import { createGuard, type Guard } from '@countersign/guard'
import { exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose'

export interface GuardChecks {
  /** Checks a second of one token again and again, per round. */
  readonly repeated: readonly number[]
  /** Checks a second of tokens never seen, per round; and of bare `jwtVerify` on as many. */
  readonly fresh: readonly number[]
  readonly jose: readonly number[]
}

const rounds = 9
const tokensPerRound = 2000
const repeatedChecks = 400_000
const issuer = 'https://login.example.com'
const audience = 'https://api.example.com'

const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'key', alg: 'ES256' }] }
const options = { issuer, audience, algorithms: ['ES256'], typ: 'at+jwt' }

const outcome: { repeated: number[]; fresh: number[]; jose: number[] } = { repeated: [], fresh: [], jose: [] }
// One round more than is counted: the first runs in the interpreter.
for (let round = 0; round <= rounds; round++) {
  const tokens = await Promise.all(Array.from({ length: tokensPerRound }, makeToken))
  // Made before either is measured, so that neither pays for the other's garbage.
  const requests = tokens.map(requestWith)
  const jose = await perSecond(tokens, (token) => jwtVerify(token, publicKey, options))
  const guard = createGuard({ issuer, audience, jwks })
  const fresh = await perSecond(requests, (request) => guard.check(request, { scopes: ['items'] }))
  const repeated = await checkAgain(guard, requestWith(tokens[0] ?? ''))
  if (round === 0) continue
  outcome.jose.push(jose)
  outcome.fresh.push(fresh)
  outcome.repeated.push(repeated)
}
process.stdout.write(JSON.stringify(outcome satisfies GuardChecks))

function makeToken(): Promise<string> {
  return new SignJWT({ client_id: 'service', scope: 'me items', jti: crypto.randomUUID() })
    .setProtectedHeader({ alg: 'ES256', kid: 'key', typ: 'at+jwt' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject('u_1234567890')
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(privateKey)
}

function requestWith(token: string): Request {
  return new Request('https://api.example.com/items', { headers: { authorization: `Bearer ${token}` } })
}

/** One after another, as requests of one connection come. */
async function perSecond<Input>(inputs: readonly Input[], check: (input: Input) => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  for (const input of inputs) await check(input)
  return (inputs.length * 1000) / (performance.now() - startedAt)
}

async function checkAgain(guard: Guard, request: Request): Promise<number> {
  const startedAt = performance.now()
  for (let count = 0; count < repeatedChecks; count++) await guard.check(request, { scopes: ['items'] })
  return (repeatedChecks * 1000) / (performance.now() - startedAt)
}
