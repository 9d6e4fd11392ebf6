/** Where the responses of Countersign differ from the tutorial's on purpose. docs/reference/differences.md lists the same for users. */
import type { Vector } from './fastapi.test.ts'

export interface ExpectedResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

interface Difference {
  readonly why: string
  readonly applies: (vector: Vector, tutorial: string) => boolean
  readonly response: (vector: Vector) => ExpectedResponse
}

const json = { 'content-type': 'application/json' }

function failure(
  status: number,
  error: string,
  detail: string | RegExp,
  headers: Record<string, string> = {},
): ExpectedResponse {
  return { status, headers: { ...json, ...headers }, body: { detail, error } }
}

const notAuthenticated = failure(401, 'not_authenticated', 'Not authenticated', { 'www-authenticate': 'Bearer' })

const invalidToken = (detail = 'Could not validate credentials') =>
  failure(401, 'invalid_token', detail, { 'www-authenticate': 'Bearer error="invalid_token"' })

const scopeMissing = (scope: string) =>
  failure(403, 'insufficient_scope', 'Not enough permissions', {
    'www-authenticate': `Bearer error="insufficient_scope", scope="${scope}"`,
  })

const isOfUsers = (vector: Vector) => vector.path.startsWith('/users/me')
const bearsNothing = (vector: Vector) => /^(anon|basic|token scheme) /.test(vector.name)
const isItems = (vector: Vector) => vector.path.startsWith('/users/me/items')
const needed = (vector: Vector) => (isItems(vector) ? ['me', 'items'] : ['me'])
const scopesNamed = (vector: Vector) => (/ scope='(.*?)'/.exec(vector.name)?.[1] ?? '').split(' ')

/** The first difference that applies to a vector replaces its expectation. */
const differences: readonly Difference[] = [
  {
    why: '/users/me and /users/me/ are both served; FastAPI redirects one to the other',
    applies: (vector) => vector.status === 307 && isOfUsers(vector) && bearsNothing(vector),
    response: () => notAuthenticated,
  },
  {
    why: 'RFC 6750 §3.1: the challenge for an invalid token has error="invalid_token"',
    applies: (vector) =>
      isOfUsers(vector) &&
      (vector.status === 307 || /Could not validate/.test(JSON.stringify(vector.body))) &&
      vector.name !== 'token no exp',
    response: () => invalidToken(),
  },
  {
    why: 'RFC 9068 §2.2: a token without exp is rejected',
    applies: (vector) => vector.name === 'token no exp',
    response: () => invalidToken(),
  },
  {
    why: 'RFC 6749 §5.2: a missing field is 400 invalid_request, and the description names it',
    applies: (vector) =>
      vector.status === 422 && vector.req.json === undefined && !vector.name.startsWith('grant_type'),
    response: (vector) =>
      failure(400, 'invalid_request', vector.name === 'missing password' ? /^password/ : /^username/),
  },
  {
    why: 'RFC 6749 §3.2: the form is application/x-www-form-urlencoded, not JSON and not multipart',
    applies: (vector) => vector.req.json !== undefined || vector.req.files !== undefined,
    response: () => failure(400, 'invalid_request', /^Content-Type/),
  },
  {
    why: 'RFC 6749 §5.2: a grant type that the client may not use is unauthorized_client',
    applies: (vector) => vector.name === 'grant_type client_credentials',
    response: () => failure(400, 'unauthorized_client', /./),
  },
  {
    why: 'RFC 6749 §5.2: another grant_type is unsupported_grant_type',
    applies: (vector) => vector.status === 422,
    response: () => failure(400, 'unsupported_grant_type', /./),
  },
  {
    why: 'RFC 6749 §3.2: a parameter that is sent twice is rejected',
    applies: (vector) => vector.name === 'dup username',
    response: () => failure(400, 'invalid_request', /more than once/),
  },
  {
    why: 'a wrong password is 401 with a Bearer challenge, as in the seed and in chapter 004',
    applies: (vector, tutorial) =>
      tutorial.startsWith('tutorial005') && vector.status === 400 && vector.path === '/token',
    response: () => failure(401, 'invalid_grant', 'Incorrect username or password', { 'www-authenticate': 'Bearer' }),
  },
  {
    why: 'RFC 6750 §3.1: a missing scope is 403 insufficient_scope; chapter 004 has no scopes, its routes are those of 005',
    applies: (vector) =>
      / scope='/.test(vector.name) &&
      isOfUsers(vector) &&
      needed(vector).some((scope) => !scopesNamed(vector).includes(scope)),
    response: (vector) => scopeMissing(needed(vector).join(' ')),
  },
  {
    why: 'RFC 6750 §3.1: the token of a disabled user is 401 invalid_token',
    applies: (vector) => vector.status === 400 && /Inactive/.test(JSON.stringify(vector.body)),
    response: () => invalidToken('Inactive user'),
  },
  {
    why: 'the items are rows of a table, with their owner as an object, as in the seed',
    applies: (vector) => vector.status === 200 && isItems(vector),
    response: () => ({
      status: 200,
      headers: json,
      body: [
        {
          item_id: 100,
          owner: { username: 'johndoe', email: 'johndoe@example.com', full_name: 'John Doe', disabled: false },
        },
      ],
    }),
  },
  {
    why: "the tutorial's /status/ is not one of the seeds' routes",
    applies: (vector) => vector.path === '/status/',
    response: () => failure(404, 'not_found', 'Not Found'),
  },
]

/** The expected response instead of FastAPI's, where Countersign differs. */
export function differenceOf(tutorial: string, vector: Vector): ExpectedResponse | undefined {
  return differences.find((difference) => difference.applies(vector, tutorial))?.response(vector)
}
