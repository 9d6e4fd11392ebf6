/**
 * Parsers of what strangers send: any text gives a value of the right form or the parser's own error, also text that repeats one piece
 * ten thousand times, and what was written is read back.
 */
import assert from 'node:assert/strict'
import { isIP } from 'node:net'
import { test } from 'node:test'
import { Filter, FilterParser } from 'ldapts'
import { fc } from '../../../../test/support/fast-check.ts'
import { readClaimsParameter } from '../../src/authorize/claims-parameter.ts'
import { BackupError } from '../../src/backup/backup-error.ts'
import { formatHeader, parseHeader, parseRow } from '../../src/backup/format.ts'
import { readBackup } from '../../src/backup/read-backup.ts'
import { databaseUrlProblem, normalizeDatabaseUrl } from '../../src/config/database-url.ts'
import { emailKey, mayBeEmail } from '../../src/domain/email.ts'
import { matchesPostLogoutUri, matchesRedirectUri } from '../../src/domain/redirect-uri.ts'
import { endpointUriProblem, redirectUriProblem, webUriProblem } from '../../src/domain/registered-uri.ts'
import { isSameResource, resourceProblem } from '../../src/domain/resource.ts'
import { isScopeName, scopesIn } from '../../src/domain/scope.ts'
import { latinTwinOf, usernameKey, usernameProblem } from '../../src/domain/username.ts'
import { prefersHtml } from '../../src/http/accept.ts'
import { clientAddress } from '../../src/http/client-address.ts'
import { cookieLine, readCookie } from '../../src/http/cookies.ts'
import { readForwarded, readForwardedFor } from '../../src/http/forwarded.ts'
import { parseAddress, parseRange } from '../../src/network/ip-address.ts'
import { OAuthError } from '../../src/oauth/errors.ts'
import { readParameters, requireFormType } from '../../src/oauth/form.ts'
import { readBasic } from '../../src/oauth/read-client-credentials.ts'
import { redacted, redactedPath } from '../../src/trace/redact.ts'
import { filterOf } from '../../src/users/directories/ldap/groups.ts'
import { ImportError } from '../../src/users/import/import-error.ts'
import { parseMapRule } from '../../src/users/import/map-rules.ts'
import { jsonIn, readMoment } from '../../src/users/import/values.ts'
import { anyText, returnsOrThrows } from '../support/any-text.ts'
import { aClient, basicOf } from '../support/clients.ts'

const client = aClient({
  id: 'app',
  redirectUris: ['https://a.example/cb', 'http://127.0.0.1/cb', 'com.example.app:/cb'],
})
const config = { issuer: 'https://id.example' }
const addressOf = clientAddress(['127.0.0.0/8', '::1'])
const row = { name: 'users', columns: ['id', 'email'], rows: 1 } as const

const parsers: Readonly<Record<string, (text: string) => void>> = {
  Accept: returnsOrThrows((text) => assert.equal(typeof prefersHtml(text), 'boolean')),
  Cookie: returnsOrThrows((text) => readCookie(config, text, 'countersign')),
  'X-Forwarded-For and Forwarded': returnsOrThrows((text) => {
    const hops = [...readForwardedFor(text), ...readForwarded(text)]
    assert.ok(hops.length <= 40)
    for (const hop of hops) assert.ok(hop === undefined || isIP(hop) !== 0)
    assert.notEqual(isIP(addressOf('127.0.0.1', text, text)), 0)
  }),
  Authorization: returnsOrThrows((text) => {
    readBasic(text)
    readBasic(`Basic ${text}`)
    readBasic(`Basic ${Buffer.from(text).toString('base64')}`)
  }, OAuthError),
  'Content-Type': returnsOrThrows(requireFormType, OAuthError),
  parameters: returnsOrThrows(readParameters, OAuthError),
  claims: returnsOrThrows((text) => readClaimsParameter(text, ['email', 'name']), OAuthError),
  scope: returnsOrThrows((text) => {
    for (const name of scopesIn(text)) assert.ok(name !== '' && !name.includes(' '))
  }),
  'redirect URI': returnsOrThrows((text) => {
    const isOurs = matchesRedirectUri(client, text)
    // RFC 8252 §7.3: but for the port of a loopback address, it is one of those that are registered.
    assert.ok(!isOurs || client.redirectUris.includes(text.replace(/^(http:\/\/127\.0\.0\.1):\d+/, '$1')), text)
    matchesPostLogoutUri(client, text)
    const isAllowed = redirectUriProblem(text, 'native') === undefined
    assert.ok(!isAllowed || URL.canParse(text), text)
    for (const problemOf of [endpointUriProblem, webUriProblem]) problemOf(text)
  }),
  resource: returnsOrThrows((text) => {
    if (resourceProblem(text) === undefined) assert.ok(URL.canParse(text) && isSameResource(text, text), text)
  }),
  'IP address': returnsOrThrows((text) => {
    parseAddress(text)
    parseRange(text)
  }),
  'database URL': returnsOrThrows((text) => {
    // The normal form of what is allowed is its own.
    if (databaseUrlProblem(text) === undefined) {
      assert.equal(normalizeDatabaseUrl(normalizeDatabaseUrl(text)), normalizeDatabaseUrl(text))
    }
  }),
  username: returnsOrThrows((text) => {
    assert.equal(usernameKey(usernameKey(text)), usernameKey(text))
    if (usernameProblem(text) === undefined) latinTwinOf(text)
  }),
  'e-mail address': returnsOrThrows((text) => {
    if (mayBeEmail(text)) assert.equal(emailKey(emailKey(text)), emailKey(text))
  }),
  'backup header': returnsOrThrows(parseHeader, BackupError),
  'backup row': returnsOrThrows((text) => parseRow(text, row as never), BackupError),
  'rule of an import': returnsOrThrows(parseMapRule, ImportError),
  'value of an import': returnsOrThrows((text) => {
    jsonIn(text)
    readMoment(text)
  }),
  'text of a trace': returnsOrThrows((text) => {
    redacted(text, ['a known secret'])
    redactedPath(text)
  }),
}

for (const [name, parse] of Object.entries(parsers)) {
  test(`${name}: any text is read or rejected`, () => {
    fc.assert(fc.property(anyText, parse), { numRuns: 300 })
  })
}

test('bytes that are no backup are rejected as such', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
      const source = (async function* () {
        yield bytes
      })()
      await assert.rejects(readBackup(source), BackupError)
    }),
    { numRuns: 100 },
  )
})

test('what was written is read back: a cookie, parameters, client credentials, the header of a backup', () => {
  const token = fc.string({ unit: fc.constantFrom(...'ABCxyz019_-'), minLength: 1, maxLength: 43 })
  const text = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
    .filter((one) => one.isWellFormed() && !one.includes('\0'))
  const times = { madeAt: 1_800_000_000, madeBy: '0.1.0', database: 'sqlite' } as const
  const property = fc.property(token, text, text, (value, one, other) => {
    const [pair = ''] = cookieLine(config, { name: 'countersign', value, maxAge: 1 }).split(';')
    assert.equal(readCookie(config, `x=y; ${pair}; z`, 'countersign'), value)
    const form = readParameters(`${new URLSearchParams({ [`a${one}`]: other })}`)
    assert.equal(form.get(`a${one}`), other)
    const header = { ...times, migrations: [one, other], tables: [] }
    assert.deepEqual(parseHeader(formatHeader(header)), { ...header, unknownTables: [] })
    assert.equal(readBasic(basicOf(value, other).authorization)?.id, value)
  })
  fc.assert(property, { numRuns: 300 })
})

test('whatever the name of a user, a filter of LDAP asks for that one name', () => {
  const property = fc.property(anyText, (name) => {
    const filter = filterOf({ Filter, FilterParser }, '(&(objectClass=group)(member={dn}))', {
      dn: name,
      username: name,
    })
    const { filters } = filter as unknown as { readonly filters: readonly { readonly value?: string }[] }
    assert.equal(filters.length, 2)
  })
  fc.assert(property, { numRuns: 300 })
})

test('names of scopes are as RFC 6749 §3.3 has them, and are found again in a text', () => {
  const names = fc.uniqueArray(fc.string({ unit: 'grapheme-ascii', minLength: 1 }).filter(isScopeName), {
    maxLength: 10,
  })
  fc.assert(fc.property(names, (scopes) => assert.deepEqual(scopesIn(scopes.join(' ')), scopes)))
})
