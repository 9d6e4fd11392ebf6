/** The steps of a history, as data: what a user, a client or the operator does, at which server, and what happens to the answer. */
import { fc } from '../../../../test/support/fast-check.ts'
import { type ClientId, indexOf, lifetimes, type State } from './state.ts'

/** `which` counts codes or tokens: from the newest in a history, from the first in a step that is played (`resolved`). */
export type Step =
  | { readonly do: 'log_in'; readonly client: ClientId; readonly isOffline: boolean }
  | { readonly do: 'authorize'; readonly client: ClientId; readonly isOffline: boolean }
  | { readonly do: 'exchange'; readonly which: number; readonly client: ClientId; readonly isVerifierRight: boolean }
  | { readonly do: 'refresh'; readonly which: number; readonly client: ClientId }
  | { readonly do: 'use'; readonly which: number }
  | ({ readonly do: 'introspect' } & OfToken)
  | ({ readonly do: 'revoke' } & OfToken)
  | { readonly do: 'log_out_by_hint'; readonly which: number }
  | { readonly do: 'withdraw_consent'; readonly client: ClientId }
  | { readonly do: 'wait'; readonly seconds: number }
  | {
      readonly do:
        | 'log_out'
        | 'change_password'
        | 'disable_user'
        | 'enable_user'
        | 'keep_house'
        | 'restart'
        | 'lose_connections'
    }

interface OfToken {
  readonly kind: 'access' | 'refresh'
  readonly which: number
  readonly client: ClientId
}

/** `once`; `lost`: the client loses the answer and repeats the request at the other server; `raced`: it sends both at the same time. */
export type Sending = 'once' | 'lost' | 'raced'

export interface Sent {
  readonly step: Step
  readonly at: 0 | 1
  readonly sending: Sending
}

export function mayBeSentTwice({ do: name }: Step): boolean {
  return ['exchange', 'refresh', 'use', 'introspect', 'revoke'].includes(name)
}

/** The same step with an index that stays right when it is repeated. */
export function resolved(
  step: Step,
  state: Pick<State, 'codes' | 'accessTokens' | 'refreshTokens' | 'idTokens'>,
): Step {
  switch (step.do) {
    case 'exchange':
      return { ...step, which: indexOf(state.codes, step.which) }
    case 'refresh':
      return { ...step, which: indexOf(state.refreshTokens, step.which) }
    case 'use':
      return { ...step, which: indexOf(state.accessTokens, step.which) }
    case 'introspect':
    case 'revoke':
      return { ...step, which: indexOf(step.kind === 'access' ? state.accessTokens : state.refreshTokens, step.which) }
    case 'log_out_by_hint':
      return { ...step, which: indexOf(state.idTokens, step.which) }
    default:
      return step
  }
}

const client = fc.constantFrom<ClientId>('app', 'app', 'app', 'own')
/** Mostly the newest: older codes and tokens are mostly used up. */
const which = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 3, arbitrary: fc.nat({ max: 3 }) })
const kind = fc.constantFrom('access', 'refresh')
const isOffline = fc.boolean()
const onTime = Object.values(lifetimes).flatMap((seconds) => [seconds - 1, seconds, seconds + 1])
const grace = lifetimes.refreshTokenGrace
const seconds = fc.oneof(
  fc.constantFrom(1, 5, ...onTime),
  fc.constantFrom(1, grace - 1, grace, grace + 1),
  fc.integer({ min: 1, max: 5000 }),
)

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('log_in'), client, isOffline }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('authorize'), client, isOffline }) },
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant('exchange'),
      which,
      client,
      isVerifierRight: fc.constantFrom(true, true, true, true, false),
    }),
  },
  { weight: 14, arbitrary: fc.record({ do: fc.constant('refresh'), which, client }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('use'), which }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('introspect'), kind, which, client }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('revoke'), kind, which, client }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('log_out') }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('log_out_by_hint'), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('withdraw_consent'), client }) },
  { weight: 10, arbitrary: fc.record({ do: fc.constant('wait'), seconds }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('change_password') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('disable_user') }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('enable_user') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('keep_house') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lose_connections') }) },
)

const sent: fc.Arbitrary<Sent> = fc.record({
  step,
  at: fc.constantFrom(0, 1),
  sending: fc.constantFrom<Sending>('once', 'once', 'once', 'once', 'lost', 'raced'),
})

/** Each begins with a login, without which nothing can be issued. */
export const histories: fc.Arbitrary<readonly Sent[]> = fc
  .tuple(isOffline, fc.array(sent, { minLength: 5, maxLength: 40, size: 'max' }))
  .map(([offline, rest]) => [
    { step: { do: 'log_in', client: 'app', isOffline: offline }, at: 0, sending: 'once' },
    ...rest,
  ])
