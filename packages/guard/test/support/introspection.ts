/** The introspection endpoint of a test issuer, and guards that ask it. */
import { createGuard, type Guard } from '../../src/index.ts'
import type { IssuerRequest, TestIssuer } from './issuer.ts'
import { testTime } from './tokens.ts'
import { type Clock, makeClock } from './verifiers.ts'

export const introspectionPath = '/introspect'
export const clientId = 'items-api'
export const clientSecret = 'correct horse battery staple'

/** What the endpoint says about a token that is valid in all tests. */
export const activeAnswer: Readonly<Record<string, unknown>> = {
  active: true,
  sub: 'tim',
  client_id: 'app',
  scope: 'me items',
  token_type: 'bearer',
  exp: testTime + 600,
  iat: testTime,
  jti: 'token-1',
}

export interface TestIntrospection {
  /** What the endpoint answers from now on, by token: an object, or a text that is sent as it is. */
  readonly answer: (byToken: (token: string) => unknown) => void
  /** The requests that it received. */
  readonly requests: readonly IssuerRequest[]
}

/** Serves an endpoint that knows no token, and names it in the metadata. */
export function serveIntrospection(issuer: TestIssuer): TestIntrospection {
  const requests: IssuerRequest[] = []
  let byToken: (token: string) => unknown = () => ({ active: false })
  issuer.describe({ introspection_endpoint: `${issuer.url}${introspectionPath}` })
  issuer.serve(introspectionPath, (request) => {
    requests.push(request)
    return { body: byToken(new URLSearchParams(request.body).get('token') ?? '') }
  })
  return {
    answer: (answerOf) => {
      byToken = answerOf
    },
    requests,
  }
}

/** Differences from a guard that asks the issuer, at the test time. */
export interface IntrospectionSetting {
  readonly clock?: Clock
  readonly cacheFor?: number
  readonly options?: Partial<Parameters<typeof createGuard>[0]>
}

export function makeIntrospectionGuard(issuer: TestIssuer, setting: IntrospectionSetting = {}): Guard {
  const { clock = makeClock(), cacheFor, options } = setting
  const introspection = { clientId, clientSecret, ...(cacheFor !== undefined && { cacheFor }) }
  return createGuard({ issuer: issuer.url, introspection, now: clock.now, ...options })
}
