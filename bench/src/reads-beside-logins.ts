/** What the checks of tokens take while logins keep the server busy, held against the goals. */
import { atLeast, atMost, type Finding } from './findings.ts'
import type { Outcome } from './load.ts'
import { beside, median } from './rounds.ts'

export interface Reads {
  /** Without logins. */
  readonly idle: Outcome
  /** Beside them. */
  readonly busy: Outcome
}

/** `what` says which checks, beside which logins. */
export function readsBesideLogins(what: string, measured: readonly Reads[]): readonly Finding[] {
  const reads = measured.map(({ busy, idle }) => ({ subject: busy, peer: idle }))
  const p99 = median(reads.map(({ subject }) => subject.p99))
  const rate = median(reads.map(({ subject, peer }) => subject.perSecond / peer.perSecond))
  return [
    {
      what: `${what}, p99`,
      figure: `${beside(reads, (outcome) => outcome.p99, 1)} ms idle`,
      goal: atMost(p99, 20, 'ms'),
    },
    {
      what: 'the same, rate beside the idle rate',
      figure: `${beside(reads, ({ perSecond }) => perSecond, 0)} requests/s`,
      ratio: rate,
      goal: atLeast(rate, 0.3),
    },
  ]
}
