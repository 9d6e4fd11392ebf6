/** Where Countersign answers otherwise than the tutorial, on purpose. docs/reference/differences.md tells users the same. */
import type { Vector } from './fastapi.test.ts'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

interface Difference {
  readonly why: string
  readonly applies: (vector: Vector, tutorial: string) => boolean
  readonly answer: (vector: Vector) => Answer
}

const json = { 'content-type': 'application/json' }

function failure(status: number, error: string, detail: string | RegExp, headers: Record<string, string> = {}): Answer {
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

/** The first that applies to a vector is what is expected instead of it. */
const differences: readonly Difference[] = [
  {
    why: '/users/me and /users/me/ are both served; FastAPI redirects one to the other',
    applies: (vector) => vector.status === 307 && isOfUsers(vector) && bearsNothing(vector),
    answer: () => notAuthenticated,
  },
  {
    why: 'RFC 6750 §3.1: a token that is not valid is challenged with error="invalid_token"',
    applies: (vector) =>
      isOfUsers(vector) &&
      (vector.status === 307 || /Could not validate/.test(JSON.stringify(vector.body))) &&
      vector.name !== 'token no exp',
    answer: () => invalidToken(),
  },
  {
    why: 'RFC 9068 §2.2: a token without exp is refused',
    applies: (vector) => vector.name === 'token no exp',
    answer: () => invalidToken(),
  },
  {
    why: 'RFC 6749 §5.2: what is missing is 400 invalid_request, and the sentence names the field',
    applies: (vector) =>
      vector.status === 422 && vector.req.json === undefined && !vector.name.startsWith('grant_type'),
    answer: (vector) => failure(400, 'invalid_request', vector.name === 'missing password' ? /^password/ : /^username/),
  },
  {
    why: 'RFC 6749 §3.2: the form is application/x-www-form-urlencoded, not JSON and not multipart',
    applies: (vector) => vector.req.json !== undefined || vector.req.files !== undefined,
    answer: () => failure(400, 'invalid_request', /^Content-Type/),
  },
  {
    why: 'RFC 6749 §5.2: a grant that the caller may not use is unauthorized_client',
    applies: (vector) => vector.name === 'grant_type client_credentials',
    answer: () => failure(400, 'unauthorized_client', /./),
  },
  {
    why: 'RFC 6749 §5.2: another grant_type is unsupported_grant_type',
    applies: (vector) => vector.status === 422,
    answer: () => failure(400, 'unsupported_grant_type', /./),
  },
  {
    why: 'RFC 6749 §3.2: a parameter sent twice is refused',
    applies: (vector) => vector.name === 'dup username',
    answer: () => failure(400, 'invalid_request', /more than once/),
  },
  {
    why: 'a wrong password is 401 with a Bearer challenge, as in the seed and in chapter 004',
    applies: (vector, tutorial) =>
      tutorial.startsWith('tutorial005') && vector.status === 400 && vector.path === '/token',
    answer: () => failure(401, 'invalid_grant', 'Incorrect username or password', { 'www-authenticate': 'Bearer' }),
  },
  {
    why: 'RFC 6750 §3.1: a missing scope is 403 insufficient_scope; chapter 004 has no scopes, its routes are those of 005',
    applies: (vector) =>
      / scope='/.test(vector.name) &&
      isOfUsers(vector) &&
      needed(vector).some((scope) => !scopesNamed(vector).includes(scope)),
    answer: (vector) => scopeMissing(needed(vector).join(' ')),
  },
  {
    why: 'RFC 6750 §3.1: the token of a disabled user is 401 invalid_token',
    applies: (vector) => vector.status === 400 && /Inactive/.test(JSON.stringify(vector.body)),
    answer: () => invalidToken('Inactive user'),
  },
  {
    why: 'the items are rows of a table, with their owner as an object, as in the seed',
    applies: (vector) => vector.status === 200 && isItems(vector),
    answer: () => ({
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
    answer: () => failure(404, 'not_found', 'Not Found'),
  },
]

/** What is expected instead of FastAPI's answer, where Countersign differs. */
export function differenceOf(tutorial: string, vector: Vector): Answer | undefined {
  return differences.find((difference) => difference.applies(vector, tutorial))?.answer(vector)
}
