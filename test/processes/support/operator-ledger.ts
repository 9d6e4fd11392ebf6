/**
 * An operator who changes the password of alice and rotates the keys, in turn, and a ledger of what was acknowledged. After each change, and so after each
 * kill, the server is asked whether it is in force. A change that was cut off is in force as a whole or not at all.
 */
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { alice, tim } from '../../../packages/server/test/support/people.ts'
import { query } from '../../../packages/server/test/support/rows.ts'
import { bearerOf, formOf, refreshOf, startAsking } from './asking.ts'
import type { OperatorProcess } from './operator-process.ts'

export interface OperatorLedger {
  readonly faults: ReadonlySet<string>
  readonly counts: () => { readonly passwords: number; readonly rotations: number; readonly cut: number }
  /** Resolves when the next change has been sent to the operator. */
  readonly begun: () => Promise<void>
  /** After each kill. */
  readonly resume: (operator: OperatorProcess) => void
  /** Stops after the change under way has been looked up. */
  readonly stop: () => Promise<void>
  /** Stops at once, whatever is under way. */
  readonly abandon: () => void
}

interface Tokens {
  readonly accessToken: string
  readonly refreshToken: string
}

const client = { client_id: 'own' }

/** Attempts: a running server follows a rotation within a second, a slow one later. */
const patience = 100

/** How many of the last keys have a token that is verified. So few that none of them expires while the test runs. */
const keptKeys = 5

export function startOperatorLedger(origin: string, databaseUrl: string, first: OperatorProcess): OperatorLedger {
  const { ask, faults, pause, ...asking } = startAsking([origin], { whileDown: true })
  let operator = Promise.resolve(first)
  let resume = (_operator: OperatorProcess) => {}
  let isEnding = false
  const waiting: (() => void)[] = []
  let cut = 0

  /** Performs it, and waits for the next process when this one is killed meanwhile. */
  async function perform(operation: Parameters<OperatorProcess['perform']>[0]) {
    const outcome = (await operator).perform(operation)
    for (const notify of waiting.splice(0)) notify()
    if ((await outcome) !== 'cut') return outcome
    cut++
    operator = new Promise((resolve) => {
      resume = resolve
    })
    return outcome
  }

  async function logIn(username: string, password: string): Promise<Tokens | undefined> {
    const answer = await ask('/token', formOf({ grant_type: 'password', ...client, username, password }))
    if (answer?.status !== 200) return undefined
    const { access_token: accessToken, refresh_token: refreshToken } = JSON.parse(answer.body)
    return { accessToken, refreshToken }
  }

  const isAnswered = async (path: string, init: RequestInit) => (await ask(path, init))?.status === 200

  let passwords = 0
  let password: string = alice.password
  let tokens: Tokens | undefined

  /** The new password and the end of all that the former one opened are one change. */
  async function changePassword(): Promise<void> {
    tokens ??= await logIn(alice.username, password)
    const former = password
    const formerTokens = tokens
    const changed = `password ${passwords + cut} of this user`
    const outcome = await perform({ kind: 'password', id: alice.username, password: changed })
    const byChanged = await logIn(alice.username, changed)
    const byFormer = await logIn(alice.username, former)
    if (asking.isStopped() || formerTokens === undefined) return
    if (outcome === 'done') passwords++
    const isChanged = byChanged !== undefined
    if (outcome === 'done' && !isChanged) faults.add('an acknowledged password is rejected')
    if (isChanged === (byFormer !== undefined)) faults.add(`${outcome}: both passwords work, or neither`)
    const { accessToken, refreshToken } = formerTokens
    const isActive = await isAnswered('/users/me', bearerOf(accessToken))
    const refreshed = await ask('/token', formOf(refreshOf(client, refreshToken)))
    if (asking.isStopped()) return
    if (isActive === isChanged) faults.add(`${outcome}: changed ${isChanged}, an access token of before ${isActive}`)
    if ((refreshed?.status === 200) === isChanged)
      faults.add(`${outcome}: changed ${isChanged}, a refresh token of before ${refreshed?.status}`)
    password = isChanged ? changed : former
    tokens = byChanged ?? byFormer
  }

  let rotations = 0
  /** Ids of keys: those that signed before an acknowledged rotation, and all. */
  const retired = new Set<string>()
  const known = new Set<string>()
  /** One token of each of the last keys. */
  const signed = new Map<string, string>()
  let signer: string | undefined
  let published = 0

  async function rotateKeys(): Promise<void> {
    if (signer === undefined) await findSigner()
    await letTimePass(databaseUrl)
    const outcome = await perform({ kind: 'rotate' })
    if (outcome === 'refused') faults.add('a rotation was refused')
    if (outcome === 'done' && signer !== undefined) retired.add(signer)
    await findKeys(outcome)
    await findSigner()
  }

  /** The keys that are published: a rotation makes one more. */
  async function findKeys(outcome: string): Promise<void> {
    for (let attempt = 0; attempt < patience && !asking.isStopped(); attempt++) {
      const answer = await ask('/.well-known/jwks.json', {})
      if (answer === undefined) return
      const keys: readonly { kid: string; alg: string }[] = JSON.parse(answer.body).keys
      const ids = keys.filter(({ alg }) => alg === 'ES256').map(({ kid }) => kid)
      const lost = [...known].filter((id) => !ids.includes(id))
      const isRotated = published > 0 && ids.length === published + 1
      if (outcome === 'done' && !isRotated) {
        await pause({ status: 503, body: '' })
        continue
      }
      if (lost.length > 0) faults.add(`${outcome}: keys that are no longer published: ${lost}`)
      if (published > 0 && !isRotated && ids.length !== published)
        faults.add(`${outcome}: ${ids.length} keys after ${published}`)
      if (isRotated && outcome === 'cut' && signer !== undefined) retired.add(signer)
      if (isRotated) rotations++
      published = ids.length
      for (const id of ids) known.add(id)
      return await verify(JSON.parse(answer.body))
    }
    if (!asking.isStopped()) faults.add('the keys of an acknowledged rotation are not published')
  }

  async function verify(keys: Parameters<typeof createLocalJWKSet>[0]): Promise<void> {
    for (const [id, token] of signed) {
      const isVerified = await jwtVerify(token, createLocalJWKSet(keys)).then(
        () => true,
        () => false,
      )
      if (!isVerified) faults.add(`a token of the key ${id} is not verified by the published keys`)
      const isActive = await isAnswered('/users/me', bearerOf(token))
      if (!isActive && !asking.isStopped()) faults.add(`a token of the key ${id} is rejected`)
    }
  }

  /** Which key signs: never again one that an acknowledged rotation retired. */
  async function findSigner(): Promise<void> {
    if (published === 0) await findKeys('first')
    for (let attempt = 0; attempt < patience && !asking.isStopped(); attempt++) {
      const issued = await logIn(tim.username, tim.password)
      const { kid = '' } = issued ? decodeProtectedHeader(issued.accessToken) : {}
      if (issued === undefined || retired.has(kid)) continue
      if (!known.has(kid)) faults.add(`a key signs that was not published: ${kid}`)
      signer = kid
      signed.set(kid, issued.accessToken)
      for (const [oldest] of [...signed].slice(0, -keptKeys)) signed.delete(oldest)
      return
    }
    if (!asking.isStopped()) faults.add('a key that was retired by an acknowledged rotation still signs')
  }

  async function work(): Promise<void> {
    while (!isEnding && !asking.isStopped()) {
      await changePassword()
      await rotateKeys()
    }
  }

  const running = work()
  return {
    faults,
    counts: () => ({ passwords, rotations, cut }),
    begun: () => new Promise((resolve) => waiting.push(resolve)),
    resume: (next) => {
      operator = Promise.resolve(next)
      resume(next)
    },
    stop: async () => {
      isEnding = true
      await running
    },
    abandon: asking.stop,
  }
}

/** A minute, for the keys alone: a rotation needs half a minute since the last one. */
async function letTimePass(databaseUrl: string): Promise<void> {
  await query(databaseUrl, 'update signing_keys set created_at = created_at - 60 where activated_at is null')
  const isActive = 'activated_at is not null and retired_at is null'
  await query(databaseUrl, `update signing_keys set activated_at = activated_at - 60 where ${isActive}`)
}
