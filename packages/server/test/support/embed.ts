/** An embedded server, as a program around it has one. */
import { type Countersign, createCountersign, type Environment } from '../../src/index.ts'
import type { Scope } from './scope.ts'
import { startOfTests, testSecret } from './server.ts'

export const silent = { info: () => {}, warn: () => {}, error: () => {} }
export const origin = 'http://127.0.0.1:8000'

/** In memory; closed with `scope`. */
export async function embed(scope: Scope, options = {}, environment: Environment = {}): Promise<Countersign> {
  const base = { secretKey: testSecret, databaseUrl: 'sqlite::memory:' }
  const countersign = await createCountersign(
    { ...base, ...options },
    { now: () => startOfTests, log: silent, ...environment },
  )
  scope.after(countersign.close)
  return countersign
}

/** By the password grant. */
export function logIn({ fetch }: Countersign, password: string, username = 'tim', connection = {}): Promise<Response> {
  const body = new URLSearchParams({ username, password })
  return fetch(new Request(`${origin}/token`, { method: 'POST', body }), connection)
}
