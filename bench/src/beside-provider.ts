/** The same work on Countersign and on node-oidc-provider, by turns on the same core. */
import type { Case, Finding, Goal } from './findings.ts'
import { type FlowServer, type IdTokenAlgorithm, startFlowServers } from './flow-servers.ts'
import { type Measured, measureCost, type Work } from './load.ts'
import { alternate, beside, median, type Pair } from './rounds.ts'

const rounds = 5
const seconds = 2

export interface Comparison {
  /** What is done, such as `POST /token client_credentials`. */
  readonly what: string
  /** What is counted, such as `tokens/s`. */
  readonly unit: string
  /** Makes ready what the requests need, and answers them. */
  readonly prepare: (server: FlowServer) => Promise<Work>
  /** What signs the ID tokens, where the work makes any. */
  readonly idTokens?: IdTokenAlgorithm
  /** What is wanted of the rate, and of it beside the peer's. @default nothing */
  readonly goal?: (measured: { readonly perSecond: number; readonly ratio: number }) => Goal
}

export function besideProvider(comparison: Comparison): Case {
  const { unit, prepare, idTokens } = comparison
  return async (tell) => {
    const servers = await startFlowServers(idTokens)
    try {
      const subject = rounded(servers.subject, await prepare(servers.subject))
      const peer = rounded(servers.peer, await prepare(servers.peer))
      // The first requests run in the interpreter; nobody waits for them in production.
      await alternate(
        2,
        () => peer(1),
        () => subject(1),
      )
      const pairs = await alternate(
        rounds,
        () => peer(seconds),
        () => subject(seconds),
      )
      for (const pair of pairs) tell(`${beside([pair], perSecondOf, 0)} ${unit} of node-oidc-provider`)
      return findings(comparison, pairs)
    } finally {
      await servers.stop()
    }
  }
}

/** First with ID tokens by ES256, which the goals are made for, then by RS256, which clients get by default. */
export function besideProviderTwice({ what, goal, ...comparison }: Comparison): Case {
  const fast = besideProvider({
    ...comparison,
    what: `${what}, ID token ES256`,
    idTokens: 'ES256',
    ...(goal && { goal }),
  })
  const usual = besideProvider({ ...comparison, what: `${what}, ID token RS256`, idTokens: 'RS256' })
  return async (tell) => [...(await fast(tell)), ...(await usual(tell))]
}

/** Each round goes on where the last one ended. */
function rounded(server: FlowServer, work: Work): (duration: number) => Promise<Measured> {
  let next = work
  return async (duration) => {
    const measured = await measureCost(server, next, duration)
    next = { ...work, values: measured.values }
    return measured
  }
}

function findings({ what, unit, goal }: Comparison, pairs: readonly Pair<Measured>[]): readonly Finding[] {
  const ratio = median(pairs.map(({ subject, peer }) => subject.perSecond / peer.perSecond))
  const cost = median(pairs.map(({ subject, peer }) => peer.cost / subject.cost))
  const perSecond = median(pairs.map(({ subject }) => subject.perSecond))
  return [
    {
      what: `${what}, rate beside node-oidc-provider in memory`,
      figure: `${beside(pairs, perSecondOf, 0)} ${unit}`,
      ratio,
      ...(goal && { goal: goal({ perSecond, ratio }) }),
    },
    { what: 'the same by processor time', figure: `${beside(pairs, (one) => one.cost, 0)} µs`, ratio: cost },
  ]
}

function perSecondOf({ perSecond }: Measured): number {
  return perSecond
}
