/** The registration of clients (RFC 7591 §2): what is accepted, what it means, and what its problems say. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDeclaredClients } from '../../src/clients/declared-clients.ts'
import { parseClientMetadata } from '../../src/clients/parse-metadata.ts'
import type { Client } from '../../src/domain/client.ts'
import { metadataOf } from '../../src/domain/client-metadata.ts'
import { clientSecret } from '../support/clients.ts'

const scopes = { me: 'Read who you are.', items: 'Read your items.' }
const valid = { client_id: 'app', redirect_uris: ['https://app.example.com/cb'] }

function clientOf(metadata: object): Client {
  const { client, problems } = parseClientMetadata(metadata, scopes)
  assert.deepEqual(problems, undefined)
  assert.ok(client)
  return client
}

function problemsOf(metadata: unknown): readonly string[] {
  const { problems = [] } = parseClientMetadata(metadata, scopes)
  return problems.map(({ field, message }) => `${field} ${message}`)
}

test('omitted members have the defaults of RFC 7591 §2; either method with a secret, and PKCE as the deployment requires', () => {
  const client = clientOf(valid)
  assert.equal(client.name, 'app')
  assert.equal(client.authMethod, undefined)
  assert.deepEqual(client.grantTypes, ['authorization_code'])
  assert.equal(client.requirePkce, undefined)
  assert.equal(client.isFirstParty, false)
  assert.equal(client.isResourceServer, false)
  assert.equal(client.isDisabled, false)
})

test('without a scope a client may request every scope that its grant types can have', () => {
  const standard = ['openid', 'profile', 'email', 'address', 'phone', 'offline_access', 'groups', 'roles']
  assert.deepEqual(clientOf(valid).scopes, [...standard, 'me', 'items'])
  assert.deepEqual(clientOf({ client_id: 'app', grant_types: ['client_credentials'] }).scopes, ['me', 'items'])
  assert.deepEqual(clientOf({ ...valid, scope: '' }).scopes, [])
})

test('only a resource server needs no grant type', () => {
  assert.deepEqual(clientOf({ client_id: 'api', resource_server: true }).grantTypes, [])
  assert.equal(problemsOf({ client_id: 'api' }).length, 1)
})

test('a client that is read, written and read again is the same', () => {
  const client = clientOf({
    ...valid,
    client_name: 'Приложение',
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    scope: 'openid  me',
    post_logout_redirect_uris: ['http://localhost:3000/'],
    application_type: 'web',
    client_uri: 'https://app.example.com',
    logo_uri: 'https://app.example.com/logo.svg',
    policy_uri: 'https://app.example.com/policy',
    tos_uri: 'https://app.example.com/tos',
    id_token_signed_response_alg: 'RS256',
    access_token_signed_response_alg: 'EdDSA',
    backchannel_logout_uri: 'https://app.example.com/logout',
    backchannel_logout_session_required: true,
    first_party: true,
    id_token_claims: 'scopes',
    groups_prefix: 'oidc:',
  })
  assert.deepEqual(clientOf(metadataOf(client)), client)
})

const wrong: readonly (readonly [what: string, metadata: unknown, message: RegExp])[] = [
  ['nothing', undefined, /^client must be an object/],
  ['no id', { redirect_uris: valid.redirect_uris }, /^client_id is missing/],
  ['a space in the id', { ...valid, client_id: 'a b' }, /^client_id must be 1 to 512 visible ASCII/],
  ['a line feed in the id', { ...valid, client_id: 'a\n' }, /^client_id must be 1 to 512 visible ASCII/],
  ['a letter outside ASCII in the id', { ...valid, client_id: 'é' }, /^client_id must be 1 to 512 visible ASCII/],
  ['an empty id', { ...valid, client_id: '' }, /^client_id must be 1 to 512 visible ASCII/],
  ['a long id', { ...valid, client_id: 'a'.repeat(513) }, /^client_id must be 1 to 512 visible ASCII/],
  ['the reserved id', { ...valid, client_id: 'first-party' }, /^client_id must not be first-party/],
  ['a name with a direction mark', { ...valid, client_name: 'a\u202eb' }, /^client_name must not contain invisible/],
  [
    'other claims of ID tokens',
    { ...valid, id_token_claims: 'all' },
    /^id_token_claims must be one of userinfo, scopes$/,
  ],
  ['an empty name', { ...valid, client_name: ' ' }, /^client_name must have 1 to 100 characters/],
  [
    'a method',
    { ...valid, token_endpoint_auth_method: 'private_key' },
    /^token_endpoint_auth_method must be one of none/,
  ],
  ['a grant', { ...valid, grant_types: ['implicit'] }, /^grant_types\[0\] must be one of authorization_code/],
  [
    'a scope',
    { ...valid, scope: 'me item' },
    /^scope has "item", which is not a scope of this deployment: did you mean items\?$/,
  ],
  ['no redirect URI', { client_id: 'app' }, /^redirect_uris is missing: grant_types has authorization_code/],
  ['a text for a list', { ...valid, redirect_uris: 'https://app.example.com' }, /^redirect_uris must be a list/],
  [
    'a wrong redirect URI',
    { ...valid, redirect_uris: [...valid.redirect_uris, 'http://a.example'] },
    /^redirect_uris\[1\] must begin with https/,
  ],
  [
    'an algorithm',
    { ...valid, id_token_signed_response_alg: 'none' },
    /^id_token_signed_response_alg must be one of ES256, RS256, EdDSA/,
  ],
  ['a text for a boolean', { ...valid, first_party: 'yes' }, /^first_party must be true or false/],
  [
    'a misspelt field',
    { ...valid, redirect_uri: 'x' },
    /^redirect_uri is not client metadata: did you mean redirect_uris\?$/,
  ],
  [
    'a public client without PKCE',
    { ...valid, token_endpoint_auth_method: 'none', require_pkce: false },
    /^require_pkce must be true/,
  ],
  [
    'audiences of a client that is no resource server',
    { ...valid, audiences: ['https://api.example.com'] },
    /^audiences is only for a client with resource_server/,
  ],
  [
    'an audience with a space',
    { ...valid, resource_server: true, audiences: ['a b'] },
    /^audiences must be URIs or client ids/,
  ],
  [
    'a public resource server',
    { ...valid, token_endpoint_auth_method: 'none', resource_server: true },
    /^resource_server must be false/,
  ],
  [
    'refresh tokens out of nothing',
    { client_id: 'app', grant_types: ['client_credentials', 'refresh_token'] },
    /^grant_types has refresh_token, which needs/,
  ],
]

for (const [what, metadata, message] of wrong) {
  test(`${what} is rejected, with the field and the fix`, () => {
    const problems = problemsOf(metadata)
    assert.equal(problems.length, 1, problems.join('\n'))
    assert.match(problems[0] ?? '', message)
  })
}

test('K12 a public client cannot be registered for client_credentials', () => {
  const problems = problemsOf({
    client_id: 'app',
    token_endpoint_auth_method: 'none',
    grant_types: ['client_credentials'],
  })
  assert.match(problems.join(), /^grant_types has client_credentials/)
})

function declarationProblems(...declarations: readonly object[]): readonly string[] {
  return readDeclaredClients(declarations, scopes, {}).problems.map(({ field, message }) => `${field} ${message}`)
}

test('a declared client has one secret, or two while one replaces the other', () => {
  const { clients, problems } = readDeclaredClients(
    [
      { ...valid, client_id: 'one', client_secret: clientSecret },
      { ...valid, client_id: 'two', client_secrets: [clientSecret, `${clientSecret}!`] },
      { ...valid, client_id: 'public', token_endpoint_auth_method: 'none' },
    ],
    scopes,
    {},
  )
  assert.deepEqual(problems, [])
  assert.deepEqual(
    [...clients.values()].map(({ secretHashes }) => secretHashes.length),
    [1, 2, 0],
  )
  assert.equal(JSON.stringify([...clients]).includes(clientSecret), false)
})

test('a declared client without a valid secret is rejected, and the message does not contain the secret', () => {
  const rejected: readonly (readonly [declaration: object, message: RegExp])[] = [
    [{}, /^clients\[0\]\.client_secret is missing/],
    [{ client_secret: 'short' }, /^clients\[0\]\.client_secret must have at least 32 characters/],
    [{ client_secret: 'é'.repeat(40) }, /^clients\[0\]\.client_secret must be at most 1024 ASCII/],
    [{ client_secret: 7 }, /^clients\[0\]\.client_secret must be text/],
    [{ client_secrets: clientSecret }, /^clients\[0\]\.client_secrets must be a list/],
    [
      { client_secrets: [clientSecret, clientSecret, clientSecret] },
      /^clients\[0\]\.client_secrets must be at most two/,
    ],
    [{ client_secret: clientSecret, client_secrets: [clientSecret] }, /^clients\[0\]\.client_secrets is set together/],
    [
      { client_secret: clientSecret, token_endpoint_auth_method: 'none' },
      /^clients\[0\]\.client_secret must not be set/,
    ],
  ]
  for (const [declaration, message] of rejected) {
    const problems = declarationProblems({ ...valid, ...declaration })
    assert.match(problems.join('\n'), message)
    assert.doesNotMatch(problems.join('\n'), /short|a secret of a client/)
  }
})

for (const name of ['client_secrt', 'client_secret_', 'clientsecret']) {
  test(`a declared client whose secret is misspelt as ${name} gets a suggestion`, () => {
    const problems = declarationProblems({ ...valid, [name]: clientSecret })
    assert.match(problems.join(), /is not client metadata: did you mean client_secret\?$/)
  })
}

test('two declared clients cannot have the same id, and each problem names its place', () => {
  const client = { ...valid, client_secret: clientSecret }
  assert.deepEqual(declarationProblems(client, client), [
    'clients[1].client_id is the id of another client in the list',
  ])
  assert.match(
    declarationProblems(client, { ...client, client_id: 'b', scope: 'x' }).join(),
    /^clients\[1\]\.scope has "x"/,
  )
})

for (const id of [
  'a',
  'a:b',
  `https://app.example.com/${'m'.repeat(488)}`,
  `!"#$%&'()*+,-./09:;<=>?@AZ[\\]^_\`az{|}~`,
]) {
  test(`a client may have the id ${id.slice(0, 45)}, and its update keeps it`, () => {
    const client = clientOf({ ...valid, client_id: id })
    assert.equal(client.id, id)
    assert.equal(client.name, id)
    assert.deepEqual(clientOf(metadataOf(client)), client)
  })
}

test('RFC 7591 §2 unknown members are ignored where a client sends the metadata, and a problem where an operator does', () => {
  const sent = { ...valid, redirect_uri: 'x', jwks_uri: 'https://app.example.com/jwks', constructor: 1 }
  const { client } = parseClientMetadata(sent, scopes, { unknownMembers: 'ignored' })
  assert.deepEqual(client, clientOf(valid))
  assert.deepEqual(problemsOf(sent), [
    'redirect_uri is not client metadata: did you mean redirect_uris?',
    'jwks_uri is not client metadata',
    'constructor is not client metadata',
  ])
})

test('RFC 7591 §2 a client that sends its own metadata gives itself no privilege', () => {
  const sent = { ...valid, first_party: true, require_pkce: false, resource_server: true }
  const { client } = parseClientMetadata(sent, scopes, { unknownMembers: 'ignored' })
  assert.deepEqual([client?.isFirstParty, client?.requirePkce, client?.isResourceServer], [false, undefined, false])
})

test('RFC 7591 §2 a known member is checked where unknown members are ignored', () => {
  const wrong = { ...valid, scope: 'unknown', client_name: '', backchannel_logout_session_required: 'yes' }
  const { problems = [] } = parseClientMetadata(wrong, scopes, { unknownMembers: 'ignored' })
  assert.deepEqual(
    problems.map(({ field }) => field),
    ['client_name', 'backchannel_logout_session_required'],
  )
})

test('metadata has bounds, and a repeated scope counts once', () => {
  const many = Array.from({ length: 1000 }, (_, n) => `name${n}`)
  const once = clientOf({ ...valid, scope: 'me openid me  me', grant_types: Array(100).fill('authorization_code') })
  assert.deepEqual([once.scopes, once.grantTypes], [['me', 'openid'], ['authorization_code']])
  assert.deepEqual(problemsOf({ ...valid, scope: 'me '.repeat(700) }), ['scope must have at most 2000 characters'])
  assert.deepEqual(problemsOf({ ...valid, scope: many.join(' ') }), ['scope must have at most 2000 characters'])
  assert.deepEqual(problemsOf({ ...valid, grant_types: Array(101).fill('authorization_code') }), [
    'grant_types must have at most 100 entries',
  ])
  assert.deepEqual(problemsOf({ ...valid, grant_types: many }), ['grant_types must have at most 100 entries'])
  assert.deepEqual(problemsOf({ ...valid, redirect_uris: many }), ['redirect_uris must have at most 100 entries'])
  assert.deepEqual(problemsOf({ ...valid, redirect_uris: [`https://app.example.com/${'a'.repeat(3000)}`] }), [
    'redirect_uris[0] must have at most 2048 characters',
  ])
  const own = Object.fromEntries(many.map((name) => [name, 'A sentence.']))
  assert.equal(parseClientMetadata({ ...valid, scope: many.join(' ') }, own).client?.scopes.length, 1000)
  const unknown = problemsOf({ ...valid, ...Object.fromEntries(many.map((name) => [name, 1])) })
  assert.deepEqual([unknown.length, unknown[0]], [20, 'name0 is not client metadata'])
})

test('RFC 7591 §3.2.2 a problem with a redirect URI has a code of its own', () => {
  const codesOf = (metadata: object) => parseClientMetadata(metadata, scopes).problems?.map(({ code }) => code)
  assert.deepEqual(codesOf({ client_id: 'app', redirect_uris: ['http://a.example'] }), ['invalid_redirect_uri'])
  assert.deepEqual(codesOf({ client_id: 'app' }), ['invalid_redirect_uri'])
  assert.deepEqual(codesOf({ ...valid, scope: 'unknown' }), ['invalid_client_metadata'])
  assert.deepEqual(codesOf({ ...valid, post_logout_redirect_uris: ['/'] }), ['invalid_client_metadata'])
})
