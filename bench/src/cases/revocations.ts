/** The revocation feed: its size while 100,000 tokens live, what it costs a guard, and how soon a revoked token is rejected. */
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createGuard, type Guard, Rejection } from '@countersign/guard'
import type { Case, Finding } from '../findings.ts'
import { type FlowServer, startFlowServers } from '../flow-servers.ts'
import { post, putLoad } from '../load.ts'
import { runToEnd } from '../processes.ts'
import type { RevocationChecks } from '../revocation-checks.ts'
import { median } from '../rounds.ts'
import { issuerOf, requestToken } from '../token-request.ts'

const liveTokens = 100_000
/** How many of them are revoked: a hundredth. */
const revokedTokens = 1000
const trials = 5

const program = fileURLToPath(new URL('../revocation-checks.ts', import.meta.url))
const form = { grant_type: 'client_credentials', scope: 'items' }

export const revocations: Case = async (tell) => {
  const servers = await startFlowServers()
  try {
    const { subject } = servers
    await issue(subject, tell)
    tell(`revoking ${revokedTokens} tokens`)
    for (let count = 0; count < revokedTokens; count++) await revoke(subject, await requestOne(subject))
    return [await feedSize(subject), await checkCost(subject), await timeToEffect(subject, tell)]
  } finally {
    await servers.stop()
  }
}

async function issue({ url, authorization }: FlowServer, tell: (progress: string) => void): Promise<void> {
  const request = post('/token', form, authorization.service)
  for (let issued = 0; issued < liveTokens; ) {
    issued += (await putLoad({ url, core: 1, connections: 32, seconds: 3, turns: [[{ request }]] })).turns
    tell(`${issued} tokens are live`)
  }
}

async function feedSize({ url }: FlowServer): Promise<Finding> {
  // As long as a process may keep what it read from the database.
  await wait(2000)
  const full = await fetch(new URL('/revocations', url))
  const bytes = (await full.arrayBuffer()).byteLength
  const etag = full.headers.get('etag') ?? ''
  const again = await fetch(new URL('/revocations', url), { headers: { 'if-none-match': etag } })
  const bytesAgain = (await again.arrayBuffer()).byteLength
  if (full.status !== 200 || again.status !== 304)
    throw new Error(`the feed was answered ${full.status}, ${again.status}`)
  return {
    what: `revocation feed, ${liveTokens} live tokens, ${revokedTokens} of them revoked`,
    figure: `${bytes} bytes; unchanged, ${bytesAgain}`,
  }
}

async function checkCost(server: FlowServer): Promise<Finding> {
  const args = ['--conditions=source', program, await issuerOf(server), await requestOne(server)]
  const { withFeed, without }: RevocationChecks = JSON.parse(await runToEnd({ args, core: 1 }))
  return {
    what: 'guard.check of a repeated token with that feed, beside without',
    figure: `${median(withFeed).toFixed(0)} beside ${median(without).toFixed(0)} ns`,
    ratio: median(withFeed.map((nanoseconds, round) => nanoseconds / (without[round] ?? Number.NaN))),
  }
}

async function timeToEffect(server: FlowServer, tell: (progress: string) => void): Promise<Finding> {
  const issuer = await issuerOf(server)
  const guard = createGuard({ issuer, audience: issuer, revocations: true })
  const times: number[] = []
  for (let trial = 0; trial < trials; trial++) {
    const token = await requestOne(server)
    await guard.checkToken(token)
    // Anywhere between two polls.
    await wait(Math.random() * 10_000)
    const startedAt = performance.now()
    await revoke(server, token)
    while (await isAccepted(guard, token)) await wait(50)
    times.push((performance.now() - startedAt) / 1000)
    tell(`a revoked token was rejected after ${times.at(-1)?.toFixed(1)} s`)
  }
  return {
    what: `from /revoke to the guard's rejection, polling every 10 s`,
    figure: `${median(times).toFixed(1)} s, at most ${Math.max(...times).toFixed(1)} s`,
  }
}

async function isAccepted(guard: Guard, token: string): Promise<boolean> {
  try {
    await guard.checkToken(token)
    return true
  } catch (error) {
    if (error instanceof Rejection && error.reason === 'token_revoked') return false
    throw error
  }
}

function requestOne(server: FlowServer): Promise<string> {
  return requestToken(server, 'service', form, 'access_token')
}

async function revoke({ url, authorization }: FlowServer, token: string): Promise<void> {
  const response = await fetch(new URL('/revoke', url), {
    method: 'POST',
    headers: { authorization: authorization.service },
    body: new URLSearchParams({ token }),
  })
  if (!response.ok) throw new Error(`/revoke was answered ${response.status}`)
}
