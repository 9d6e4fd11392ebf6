/** Redirect URIs under attack: F1, F4, F5 and F6 of the security cases (RFC 9700 §2.1, §4.1; RFC 8252 §7, §8). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseClientMetadata } from '../../src/clients/parse-metadata.ts'
import { matchesPostLogoutUri, matchesRedirectUri } from '../../src/domain/redirect-uri.ts'
import { endpointUriProblem, redirectUriProblem, webUriProblem } from '../../src/domain/registered-uri.ts'
import { aClient } from '../support/clients.ts'
import { hostile, registered } from '../support/redirect-uris.ts'

function matches(registered: string, presented: string, applicationType?: 'web' | 'native'): boolean {
  const uris = [registered]
  const client = aClient({ id: 'app', redirectUris: uris, postLogoutRedirectUris: uris, applicationType })
  assert.equal(matchesPostLogoutUri(client, presented), matchesRedirectUri(client, presented))
  return matchesRedirectUri(client, presented)
}

test('F1 the byte-identical redirect URI matches', () => {
  assert.equal(matches(registered, registered), true)
})

for (const presented of hostile) {
  test(`F1 ${JSON.stringify(presented.slice(0, 60))} does not match ${registered}`, () => {
    for (const type of [undefined, 'web', 'native'] as const) assert.equal(matches(registered, presented, type), false)
  })
}

test('F4 a registered query must be the same', () => {
  const withQuery = 'https://app.example.com/cb?tenant=1'
  assert.equal(matches(withQuery, withQuery), true)
  for (const presented of [registered, `${registered}?tenant=2`, `${withQuery}&x=1`, `${registered}?x=1&tenant=1`]) {
    assert.equal(matches(withQuery, presented), false, presented)
  }
})

test('F4 a query with a response parameter is rejected at registration', () => {
  const problemsOf = (uri: string) =>
    parseClientMetadata({ client_id: 'app', redirect_uris: [uri], application_type: 'native' }, {}).problems
  for (const query of [
    'code=x',
    'a=b&state=',
    'iss',
    'error=x',
    'error_description=x',
    'error_uri=x',
    'session_state=x',
    '%63ode=x',
    '?&code=x',
  ]) {
    for (const base of [registered, 'com.example.app:/cb']) {
      assert.match(problemsOf(`${base}?${query}`)?.[0]?.message ?? '', /^must not have \w+ in its query/, query)
    }
  }
  assert.equal(problemsOf(`${registered}?tenant=code&statement=1`), undefined)
})

const ports: readonly (readonly [registered: string, presented: string, isSame: boolean])[] = [
  ['http://127.0.0.1/cb', 'http://127.0.0.1:49152/cb', true],
  ['http://127.0.0.1:3000/cb', 'http://127.0.0.1/cb', true],
  ['http://127.0.0.1:3000/cb', 'http://127.0.0.1:1/cb', true],
  ['http://127.0.0.1:3000/cb', 'http://127.0.0.1:65535/cb', true],
  ['http://[::1]/cb', 'http://[::1]:8080/cb', true],
  ['http://localhost:3000/cb', 'http://localhost:8080/cb', true],
  ['http://127.0.0.1/cb?a=b', 'http://127.0.0.1:8080/cb?a=b', true],
  ['http://127.0.0.1', 'http://127.0.0.1:8080', true],
  ['http://127.0.0.1', 'http://127.0.0.1:8080/', false],
  ['http://127.0.0.1/cb', 'http://127.0.0.1:0/cb', false],
  ['http://127.0.0.1/cb', 'http://127.0.0.1:65536/cb', false],
  ['http://127.0.0.1/cb', 'http://127.0.0.1:99999/cb', false],
  ['http://127.0.0.1/cb', 'http://127.0.0.1:080/cb', false],
  ['http://127.0.0.1/cb', 'http://127.0.0.1:/cb', false],
  ['http://127.0.0.1/cb', 'http://127.0.0.1:+80/cb', false],
  ['http://127.0.0.1/cb', 'http://127.0.0.1:80@evil.com/cb', false],
  ['http://127.0.0.1/cb', 'http://127.0.0.1:8080/cb/', false],
  ['http://127.0.0.1/cb', 'http://127.0.0.1:8080/other', false],
  ['http://127.0.0.1/cb', 'http://127.0.0.1:8080/cb#', false],
  ['http://127.0.0.1/cb', 'http://127.0.0.1:8080\\cb', false],
  ['http://127.0.0.1/cb', 'https://127.0.0.1:8080/cb', false],
  ['http://127.0.0.1/cb', 'http://localhost:8080/cb', false],
  ['http://127.0.0.1/cb', 'http://[::1]:8080/cb', false],
  ['http://localhost/cb', 'http://127.0.0.1:8080/cb', false],
  ['http://localhost/cb', 'http://LOCALHOST:8080/cb', false],
  ['http://127.0.0.1/cb', 'http://127.0.0.1.evil.com/cb', false],
  ['http://127.0.0.1/cb', 'http://127.0.0.1.evil.com:8080/cb', false],
  ['http://localhost/cb', 'http://localhost.evil.com/cb', false],
  ['http://127.0.0.1/cb', 'http://127.1:8080/cb', false],
  ['http://127.0.0.1/cb', 'http://0x7f.1:8080/cb', false],
  ['http://127.0.0.1/cb', 'http://2130706433:8080/cb', false],
  ['http://[::1]/cb', 'http://[::ffff:127.0.0.1]:8080/cb', false],
  ['http://[::1]/cb', 'http://[0:0:0:0:0:0:0:1]:8080/cb', false],
  ['http://127.0.0.1/cb', 'http://user@127.0.0.1:8080/cb', false],
  ['http://127.0.0.1/cb', 'http://127.0.0.1:8080/cb\n', false],
  ['http://127.0.0.1:8080\n/cb', 'http://127.0.0.1:8081\n/cb', false],
]

for (const [stored, presented, isSame] of ports) {
  test(`F5 for the registered ${JSON.stringify(stored)}, ${JSON.stringify(presented)} ${isSame ? 'is' : 'is not'} the same`, () => {
    assert.equal(matches(stored, presented, 'native'), isSame)
    assert.equal(matches(stored, presented), isSame)
    assert.equal(matches(stored, presented, 'web'), false)
  })
}

test('F5 the port of a host other than loopback must be the same', () => {
  assert.equal(matches('https://app.example.com/cb', 'https://app.example.com:8443/cb', 'native'), false)
  assert.equal(matches('http://10.0.0.1/cb', 'http://10.0.0.1:8080/cb', 'native'), false)
})

const dangerous = [
  'javascript:alert(1)',
  'JavaScript:alert(1)',
  'java\tscript:alert(1)',
  ' javascript:alert(1)',
  'javascript.x',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:msgbox(1)',
  'file:///etc/passwd',
  'blob:https://app.example.com/1',
  'BLOB:https://app.example.com/1',
  'about:blank',
  'view-source:https://app.example.com/cb',
  'filesystem:https://app.example.com/temporary/1',
  'intent://cb#Intent;scheme=https;end',
  'chrome://settings',
  'moz-extension://1/cb',
  'mailto:tim@example.com',
  'ws://app.example.com/cb',
  'ftp://app.example.com/cb',
  'jscript:alert(1)',
  'X-JavaScript:alert(1)',
  'search-ms:query=cb',
  'ms-msdt:/id',
  'ms-officecmd:cb',
  'shell:startup',
  'mk:@MSITStore:cb',
  'res://app.dll/cb',
  'microsoft-edge:https://app.example.com/cb',
  'brave://settings',
  'gopher://app.example.com/cb',
  'LDAP://app.example.com/cb',
  'smb://app.example.com/cb',
  'cid:cb',
  'news:cb',
  'sip:tim@example.com',
  'magnet:?xt=cb',
  'xmpp:tim@example.com',
  'urn:ietf:wg:oauth:2.0:oob',
  'localhost:3000/cb',
  'app.example.com:3000',
  'http://app.example.com/cb',
  'http://127.0.0.1.evil.com/cb',
  'http://127.1/cb',
  'http://[::ffff:127.0.0.1]/cb',
  'https:app.example.com/cb',
  'https://',
  'https:///cb',
  'https://*.example.com/cb',
  'https://user@app.example.com/cb',
  'https://app.example.com:0/cb',
  'https://app.example.com:99999/cb',
  'https://app.example.com\\@evil.com/cb',
  'https://аpp.example.com/cb',
  'https://app.example.com/c b',
  'https://app.example.com/cb\n',
  'https://app.example.com/"onload=x',
  `https://app.example.com/${'a'.repeat(2048)}`,
  '/cb',
  'app.example.com/cb',
  '',
]

for (const uri of dangerous) {
  test(`F6 ${JSON.stringify(uri.slice(0, 60))} cannot be registered, neither as a redirect URI nor as a page`, () => {
    for (const type of [undefined, 'web', 'native'] as const) assert.ok(redirectUriProblem(uri, type), String(type))
    assert.ok(webUriProblem(uri))
    const base = { client_id: 'app', redirect_uris: ['https://app.example.com/cb'] }
    for (const field of ['client_uri', 'logo_uri', 'policy_uri', 'tos_uri', 'backchannel_logout_uri']) {
      assert.ok(parseClientMetadata({ ...base, [field]: uri }, {}).problems, field)
    }
    for (const field of ['redirect_uris', 'post_logout_redirect_uris']) {
      assert.ok(parseClientMetadata({ ...base, [field]: [uri], application_type: 'native' }, {}).problems, field)
    }
  })
}

test('F6 no redirect URI and no endpoint URI has a fragment', () => {
  assert.match(redirectUriProblem('https://app.example.com/cb#', undefined) ?? '', /fragment/)
  assert.match(redirectUriProblem('com.example.app:/cb#x', 'native') ?? '', /fragment/)
  assert.match(endpointUriProblem('https://app.example.com/out#x') ?? '', /fragment/)
  const base = { client_id: 'app', redirect_uris: ['https://app.example.com/cb'] }
  for (const metadata of [
    { backchannel_logout_uri: 'https://app.example.com/out#x' },
    { post_logout_redirect_uris: ['https://app.example.com/bye#'] },
  ]) {
    const { problems } = parseClientMetadata({ ...base, ...metadata }, {})
    assert.match(problems?.map(({ message }) => message).join() ?? '', /fragment/)
  }
})

for (const uri of ['com.example.app://[', 'com.example.app://a:b:c/', 'com.example.app://a:99999/']) {
  test(`F6 ${uri}, which is no URL, cannot be registered: no page could show its host`, () => {
    assert.match(redirectUriProblem(uri, 'native') ?? '', /must be a URI/)
  })
}

test('F6 private-use schemes are for native apps only, after a login and after a logout', () => {
  assert.equal(redirectUriProblem('com.example.app:/cb', 'native'), undefined)
  assert.match(redirectUriProblem('com.example.app:/cb', undefined) ?? '', /needs application_type native/)
  assert.match(redirectUriProblem('com.example.app:/cb', 'web') ?? '', /needs application_type native/)
  assert.ok(webUriProblem('com.example.app:/cb'))
  const base = { client_id: 'app', redirect_uris: ['https://app.example.com/cb'] }
  const after = { post_logout_redirect_uris: ['com.example.app:/bye'] }
  assert.equal(parseClientMetadata({ ...base, ...after, application_type: 'native' }, {}).problems, undefined)
  assert.match(
    parseClientMetadata({ ...base, ...after }, {}).problems?.[0]?.message ?? '',
    /needs application_type native/,
  )
})
