/** The settings of DPoP, checked once. */
import { demand, isBetween, isWhole, requireKnownAndDefined } from '../check-options.ts'
import { type AsymmetricAlgorithm, algorithms as allAlgorithms } from '../keys/algorithms.ts'
import { createReplayMemory, type ReplayMemory } from './replay-memory.ts'
import { normalizeTarget } from './target-uri.ts'

/** What `createDpop` takes. Times are in seconds. */
export interface DpopOptions {
  /**
   * Refuses tokens that are bound to no key. Otherwise those pass as Bearer tokens, beside bound ones with their proof.
   * @default false
   */
  readonly required?: boolean
  /**
   * The origin under which clients reach this API, such as `https://api.example.com`. A security setting: without it, the request
   * itself says where it was sent, so that a proof for another host passes with that host's name in `Host`. Then only the path of a
   * request counts, behind any proxy.
   * @default the origin of the request's URL
   */
  readonly origin?: string
  /**
   * The signature algorithms that proofs may have.
   * @default ['ES256', 'EdDSA', 'Ed25519', 'PS256', 'RS256']
   */
  readonly algorithms?: readonly AsymmetricAlgorithm[]
  /**
   * How long ago a proof may have been made, from 1 to 600.
   * @default 60
   */
  readonly maxAge?: number
  /**
   * How far a proof's time may lie ahead of the clock, at most 60.
   * @default 30
   */
  readonly clockTolerance?: number
  /**
   * Where used proofs are remembered, when several processes serve one API.
   * @default a memory of this process alone
   */
  readonly replay?: ReplayMemory
  /**
   * The most proofs that this process remembers; when they are reached, requests with a proof are answered 503. A proof takes about
   * 100 bytes for `maxAge + clockTolerance` seconds: the default is good for 11,000 requests a second.
   * @default 1000000
   */
  readonly replaySize?: number
  /**
   * Demands a nonce in each proof, so that none can be made in advance (RFC 9449 §9). At least 32 characters, the same in every process
   * of this API. A client without a good nonce is refused with a fresh one, about once in five minutes, and repeats its request.
   * @default no nonces
   */
  readonly nonceSecret?: string
  /**
   * Answers the time in seconds since the epoch; fractions are fine.
   * @default () => Date.now() / 1000
   */
  readonly now?: () => number
}

/** The same settings, complete. */
export interface DpopConfig {
  readonly required: boolean
  /** Without the slash at its end. */
  readonly origin: string | undefined
  readonly algorithms: readonly string[]
  readonly maxAge: number
  readonly clockTolerance: number
  readonly replay: ReplayMemory
  readonly nonceSecret: string | undefined
  readonly now: () => number
}

const proofAlgorithms: readonly string[] = allAlgorithms
  .map(({ algorithm }) => algorithm)
  .filter((name) => name !== 'HS256')

const defaultAlgorithms: readonly AsymmetricAlgorithm[] = ['ES256', 'EdDSA', 'Ed25519', 'PS256', 'RS256']

const knownOptions: readonly (keyof DpopOptions)[] = [
  'required',
  'origin',
  'algorithms',
  'maxAge',
  'clockTolerance',
  'replay',
  'replaySize',
  'nonceSecret',
  'now',
]

/**
 * Checks the options and fills in the defaults.
 *
 * @throws TypeError naming the field and the fix
 */
export function resolveDpopOptions(options: DpopOptions): DpopConfig {
  requireKnownAndDefined(options, knownOptions, 'createDpop')
  const { required = false, origin, algorithms = defaultAlgorithms, maxAge = 60, clockTolerance = 30 } = options
  const { replay, replaySize = 1_000_000, nonceSecret, now = () => Date.now() / 1000 } = options

  demand(typeof required === 'boolean', 'required must be true or false')
  demand(origin === undefined || isOrigin(origin), 'origin must be an http(s) origin, such as https://api.example.com')
  demand(
    Array.isArray(algorithms) && algorithms.length > 0 && algorithms.every((name) => proofAlgorithms.includes(name)),
    `algorithms must be some of ${proofAlgorithms.join(', ')}`,
  )
  demand(isWhole(maxAge) && isBetween(maxAge, 1, 600), 'maxAge must be a whole number of seconds from 1 to 600')
  demand(
    isWhole(clockTolerance) && isBetween(clockTolerance, 0, 60),
    'clockTolerance must be a whole number of seconds up to 60',
  )
  demand(replay === undefined || typeof replay?.seen === 'function', 'replay must have a function seen')
  demand(isWhole(replaySize) && replaySize > 0, 'replaySize must be a whole number above 0')
  demand(
    nonceSecret === undefined || (typeof nonceSecret === 'string' && nonceSecret.length >= 32),
    'nonceSecret must have at least 32 characters, such as those of `openssl rand -hex 32`',
  )
  demand(typeof now === 'function', 'now must be a function that answers seconds since the epoch')
  return {
    required,
    origin: origin?.replace(/\/$/, ''),
    algorithms: Object.freeze([...algorithms]),
    maxAge,
    clockTolerance,
    replay: replay ?? createReplayMemory(replaySize, maxAge + clockTolerance, now),
    nonceSecret,
    now,
  }
}

function isOrigin(origin: unknown): boolean {
  if (typeof origin !== 'string' || !/^[^/]*\/\/[^/?#]*\/?$/.test(origin)) return false
  return normalizeTarget(origin) !== undefined
}
