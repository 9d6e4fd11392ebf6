/**
 * The secret budget: wrong client secrets, codes and tokens, counted per client and per address. What is right is accepted whatever the count: it
 * has too many values to be found by trying, and a client must not be locked out by others. At the limit the operator learns of it, by one
 * line in the log and one incident, and who goes on with wrong client secrets is told to wait.
 */
import type { Context } from '../context.ts'
import type { Incident, IncidentKind } from '../domain/incident.ts'
import { keyOf } from '../login/attempt-budget.ts'
import { networkOf } from '../login/network.ts'
import type { Request } from '../request.ts'
import type { Tables } from '../store/tables.ts'
import { requestFacts } from '../token-status/revoke-reused.ts'
import { OAuthError } from './errors.ts'
import type { Reason } from './reasons.ts'

/**
 * Beyond the budget, only these get another response: an application handles the rejection of a code or a token, also when others have used the budget
 * up. A secret that is sent for a public client, or by another method than the client's, is counted too. Otherwise its response would tell that the
 * client exists.
 */
const wrongClientSecrets: readonly Reason[] = ['unknown_client', 'client_secret_wrong', 'client_method_wrong']

/** Never issued, or to another client. What is expired, used or revoked was right once, and clients send it by themselves. */
const wrongSecrets: readonly Reason[] = [
  ...wrongClientSecrets,
  'code_unknown',
  'code_of_another_client',
  'refresh_token_unknown',
  'refresh_token_of_another_client',
]

/**
 * Does `work` with what a request presents, and charges its rejection. What is accepted costs nothing.
 * @throws OAuthError what `work` throws; `too_many_requests` for a wrong client secret beyond the budget
 */
export async function withSecretBudget<Result>(
  ctx: Context,
  request: Request,
  clientId: string,
  work: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof OAuthError && wrongSecrets.includes(error.reason))) throw error
    // Without an address to bound them, made-up clients share one budget, or each would make a row.
    const isUnbounded = request.address === '' && error.reason === 'unknown_client'
    const isBeyond = await chargeWrongSecret(ctx, request, isUnbounded ? '' : clientId)
    throw isBeyond && wrongClientSecrets.includes(error.reason) ? tooManyWrongSecrets(ctx, error) : error
  }
}

function tooManyWrongSecrets({ config }: Context, cause: OAuthError): OAuthError {
  return new OAuthError('too_many_requests', 'Too many wrong client secrets. Try again later.', {
    reason: 'client_secrets_throttled',
    expected: 'the secret of the client, which is accepted at any time',
    headers: { 'retry-after': String(config.failureWindow) },
    cause,
  })
}

/** `clientId` is what the request says: there may be no such client. Returns whether a budget was used up before. */
export async function chargeWrongSecret(ctx: Context, request: Request, clientId: string): Promise<boolean> {
  const { isBeyond, incident } = await charge(ctx, request, clientId)
  if (incident) {
    ctx.log.warn({ incident }, `${incident.kind}: wrong client secrets, codes or tokens; see: countersign incidents`)
    ctx.emit({ type: 'incident', incident, requestId: request.id, happenedAt: incident.second.happenedAt })
  }
  return isBeyond
}

/** So many times its limit, a client may send wrong secrets before it is told to wait: a service with a wrong setting sees what is wrong, also when it tries again. */
const patience = 3

interface Budget {
  readonly key: string
  /** At so many, the operator learns of it. */
  readonly limit: number
  /** No more are counted. */
  readonly max: number
  /** The incident when it is used up. */
  readonly kind: IncidentKind
}

/** The address first: floods come from few addresses. */
function budgetsOf({ config }: Context, { address }: Request, clientId: string): readonly Budget[] {
  const client: Budget = {
    key: keyOf('client', clientId),
    limit: config.accountFailureLimit,
    max: patience * config.accountFailureLimit,
    kind: 'client_budget_exhausted',
  }
  if (address === '') return [client]
  const key = keyOf('client_address', networkOf(address))
  const limit = config.addressFailureLimit
  return [{ key, limit, max: limit, kind: 'address_budget_exhausted' }, client]
}

interface Charged {
  /** A budget was used up before this request. */
  readonly isBeyond: boolean
  /** Of a budget that this request has used up. */
  readonly incident?: Incident
}

async function charge(ctx: Context, request: Request, clientId: string): Promise<Charged> {
  const { store, config } = ctx
  const facts = requestFacts(ctx, request)
  const now = facts.happenedAt
  const budgets = budgetsOf(ctx, request, clientId)
  const [isOver] = await Promise.all(budgets.map(({ key, max }) => store.throttle.isExhausted(key, max, now)))
  // A flood from one address costs reads alone, and makes no rows for made-up clients.
  if (isOver) return { isBeyond: true }
  return await store.transaction(async (tables) => {
    const exhausted: Budget[] = []
    let isBeyond = false
    for (const budget of budgets) {
      const count = await tables.throttle.count(budget.key, budget.max, config.failureWindow, now)
      if (count === budget.limit) exhausted.push(budget)
      if (count === undefined) isBeyond = true
    }
    const [first] = exhausted
    if (!first) return { isBeyond }
    const id = await knownClientId(ctx, tables, clientId)
    const incident: Incident = { kind: first.kind, grantId: '', clientId: id, userId: '', first: facts, second: facts }
    await tables.incidents.insert(incident)
    return { isBeyond, incident }
  })
}

/** Empty for an unknown client: what a stranger sends as its id may be a secret. */
async function knownClientId({ config }: Context, { clients }: Tables, clientId: string): Promise<string> {
  return config.clients.has(clientId) || (await clients.find(clientId)) ? clientId : ''
}
