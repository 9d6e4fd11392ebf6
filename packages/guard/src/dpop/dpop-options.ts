/** The options of `createDpop`, checked once. */
import { demand, isBetween, isWhole, requireKnownAndDefined } from '../check-options.ts'
import { type AsymmetricAlgorithm, algorithms as allAlgorithms } from '../keys/algorithms.ts'
import { createReplayMemory, type ReplayMemory } from './replay-memory.ts'
import { normalizeTarget } from './target-uri.ts'

/** What `createDpop` takes. Times are in seconds. */
export interface DpopOptions {
  /**
   * Rejects tokens that are not bound to a key. Otherwise those pass as Bearer tokens, and bound ones with a proof.
   * @default false
   */
  readonly required?: boolean
  /**
   * The origin where clients reach this API, such as `https://api.example.com`. A security setting: without it, the origin is taken
   * from the request, so that a proof for another host passes with that host's name in `Host`. With it, only the path is taken from
   * the request, behind any proxy.
   * @default the origin of the request's URL
   */
  readonly origin?: string
  /**
   * The accepted signature algorithms of proofs.
   * @default ['ES256', 'EdDSA', 'Ed25519', 'PS256', 'RS256']
   */
  readonly algorithms?: readonly AsymmetricAlgorithm[]
  /**
   * The maximum age of a proof, from 1 to 600.
   * @default 60
   */
  readonly maxAge?: number
  /**
   * How far a proof's `iat` may be ahead of the clock, at most 60.
   * @default 30
   */
  readonly clockTolerance?: number
  /**
   * Where used proofs are remembered. Several processes that serve one API need a shared memory.
   * @default the memory of this process
   */
  readonly replay?: ReplayMemory
  /**
   * The maximum number of proofs that this process remembers; above it, requests with a proof get 503. A proof takes about 100 bytes
   * for `maxAge + clockTolerance` seconds: the default is enough for 11,000 requests per second.
   * @default 1000000
   */
  readonly replaySize?: number
  /**
   * Requires a nonce in each proof, so that no proof can be made in advance (RFC 9449 §9). At least 32 characters, the same in every
   * process of this API. A client without a valid nonce is rejected and gets a new one, about once in five minutes; it repeats its
   * request.
   * @default no nonces
   */
  readonly nonceSecret?: string
  /**
   * Returns the time in seconds since the epoch; may have fractions.
   * @default () => Date.now() / 1000
   */
  readonly now?: () => number
}

/** The options after checks and defaults. */
export interface DpopConfig {
  readonly required: boolean
  /** Without a slash at the end. */
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
 * @throws TypeError with the name of the option and the fix
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
    'nonceSecret must have at least 32 characters: make it with `openssl rand -hex 32`',
  )
  demand(typeof now === 'function', 'now must be a function that returns seconds since the epoch')
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
