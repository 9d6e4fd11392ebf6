/** `countersign-guard explain`, as a process. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Finished, runCommand, runUnread, writeTemporary } from '../support/command.ts'
import { startIssuer } from '../support/issuer.ts'
import { audience, craft, encode, hmac, issuer, makePairSigner, testTime, validClaims } from '../support/tokens.ts'

const signer = await makePairSigner('ES256', 'key-1')
const jwks = JSON.stringify({ keys: [{ ...signer.publicKey.export({ format: 'jwk' }), kid: 'key-1' }] })
const good = craft(signer)
const compared = ['--issuer', issuer, '--audience', audience, '--at', String(testTime)]

/** Runs `explain` with the token on standard input, and checks that neither the token nor its signature is printed. */
async function explain(args: readonly string[], token = good): Promise<Finished> {
  const finished = await runCommand(['explain', ...args], token)
  const signature = token.split('.')[2]?.trim() ?? ''
  for (const told of [finished.stdout, finished.stderr]) {
    assert.ok(signature.length < 8 || !told.includes(signature.slice(0, 8)), 'a part of the signature is told')
    assert.ok(token.length < 8 || !told.includes(token.trim()), 'the token is told')
  }
  return finished
}

test('a good token passes: each check is told, then the claims, then the decision', async (t) => {
  const keys = writeTemporary(t, 'jwks.json', jwks)
  const { code, stdout, stderr } = await explain([...compared, '--jwks', keys, '--scope', 'me items'])
  assert.deepEqual([code, stderr], [0, ''])
  assert.equal(stdout.match(/^✓/gm)?.length, 19)
  assert.doesNotMatch(stdout, /[✗–]/)
  assert.match(stdout, /^✓ exp {8}1800000600, in 600 s {3}\(expected: exp after 1800000000\)$/m)
  assert.match(stdout, /^Claims, proven by the signature:$/m)
  assert.match(stdout, /^ {2}exp {2}1800000600 {2}2027-01-15T08:10:00\.000Z$/m)
  assert.match(stdout, /^Passes, unless it is revoked: only the issuer knows that\.$/m)
})

test('a rejected token is told with the first reason and what to do about it, and ends with 1', async (t) => {
  const keys = writeTemporary(t, 'jwks.json', jwks)
  const token = craft(signer, { claims: { aud: 'https://other.example', exp: testTime } })
  const { code, stdout } = await explain([...compared, '--jwks', keys], token)
  assert.equal(code, 1)
  assert.match(stdout, /^✗ exp {8}token_expired: 1800000000, 0 s ago {3}\(expected: exp after 1800000000\)$/m)
  assert.match(stdout, /^✗ aud {8}audience_mismatch: /m)
  assert.match(stdout, /^Rejected: token_expired\.\nThe client must refresh its token/m)
})

test('without keys the token is undecided, and it is told what would decide it', async () => {
  const { code, stdout } = await explain(['--at', '2027-01-15T08:00:00Z'])
  assert.equal(code, 1)
  assert.match(stdout, /^– signature {2}not checked: there are no keys: give --jwks, --secret-file or --fetch$/m)
  assert.match(stdout, /^– iss {8}"https:\/\/auth.example", not checked: any value passes: give --issuer$/m)
  assert.match(stdout, /^Claims, NOT proven by a signature:$/m)
  assert.match(stdout, /^Undecided: no check failed, but some could not be made: key, algorithm, signature\.$/m)
})

test('a token that is bound to a key is told to need a proof', async () => {
  const { stdout } = await explain(compared, craft(signer, { claims: { cnf: { jkt: 'x' } } }))
  assert.match(stdout, /^– cnf {8}object, not checked: the token is bound to a key/m)
})

test('the token may be an argument, "-" is standard input, and a copied "Bearer" is left out', async () => {
  const asArgument = await runCommand(['explain', good, ...compared])
  assert.match(asArgument.stdout, /^Undecided/m)
  assert.match((await explain(['-', ...compared])).stdout, /^Undecided/m)
  assert.match((await explain(compared, `  Bearer ${good}\r\n`)).stdout, /^Undecided/m)
})

test('what is no token is rejected, and not repeated', async () => {
  const { code, stdout } = await runCommand(['explain'], 'my password')
  assert.equal(code, 1)
  assert.match(stdout, /^✗ shape {6}token_malformed {3}\(expected: three parts\)$/m)
  assert.match(stdout, /^Rejected: token_malformed\.$/m)
  assert.doesNotMatch(stdout, /password/)
})

test('what a token says cannot forge what the terminal shows', async () => {
  const name = '\u001b[2J\u009b1mPasses\r\n✓ \u202egnp\u2028\u{e0041}\u0000\ud800'
  const token = craft(signer, { claims: { [name]: name, sub: name, exp: 8.64e12 + 1 }, header: { [name]: name } })
  for (const flags of [[], ['--json']]) {
    const { stdout } = await explain([...compared, ...flags], token)
    assert.doesNotMatch(stdout, /(?!\n)[\p{C}\p{Zl}\p{Zp}]/u)
    assert.doesNotMatch(stdout, /^✓ .*gnp/m)
    assert.match(stdout, /\\u001b\[2J\\u009b1mPasses/)
    assert.ok(!flags.length || JSON.parse(stdout).claims[name] === name)
  }
})

test('a long claim is cut', async () => {
  const { stdout } = await explain(compared, craft(signer, { claims: { note: 'n'.repeat(2000) } }))
  assert.match(stdout, /^ {2}note {2}"n{499}\.\.\. \(2002 characters\)$/m)
})

test('--json answers the explanation as it is', async (t) => {
  const keys = writeTemporary(t, 'jwks.json', jwks)
  const { code, stdout } = await explain([...compared, '--jwks', keys, '--json'])
  const { decision, checks, claims } = JSON.parse(stdout)
  assert.deepEqual([code, decision, claims], [0, 'passes', validClaims])
  assert.deepEqual(checks[0], {
    check: 'length',
    outcome: 'passed',
    expected: 'at most 16384 characters',
    received: String(good.length),
  })
})

test('when nobody reads on, it ends without a word', async () => {
  const { code, stderr } = await runUnread(['explain', ...compared], good)
  assert.deepEqual([code, stderr], [141, ''])
})

test('without --at, the time is now', async (t) => {
  const keys = writeTemporary(t, 'jwks.json', jwks)
  const exp = Math.floor(Date.now() / 1000) + 600
  const flags = ['--issuer', issuer, '--audience', audience, '--jwks', keys]
  assert.equal((await explain(flags, craft(signer, { claims: { exp, iat: exp - 600 } }))).code, 0)
})

test('a secret of the FastAPI tutorial is read from a file, without the line break at its end', async (t) => {
  const secret = '09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7'
  const file = writeTemporary(t, 'secret', `${secret}\n`)
  const input = [
    { alg: 'HS256', typ: 'JWT' },
    { sub: 'johndoe', exp: testTime + 60 },
  ]
    .map((part) => encode(JSON.stringify(part)))
    .join('.')
  const token = `${input}.${encode(hmac(secret, input))}`
  const { code, stdout } = await explain(['--secret-file', file, '--at', String(testTime)], token)
  assert.equal(code, 0, stdout)
  const other = writeTemporary(t, 'secret', 'x'.repeat(64))
  const refused = await explain(['--secret-file', other, '--at', String(testTime)], token)
  assert.match(refused.stdout, /^Rejected: signature_mismatch\.$/m)
  assert.doesNotMatch(refused.stdout + refused.stderr, /xxx/)
})

test('--type JWT takes tokens of issuers that do not follow RFC 9068', async (t) => {
  const keys = writeTemporary(t, 'jwks.json', jwks)
  const token = craft(signer, { header: { typ: 'JWT' } })
  assert.equal((await explain([...compared, '--jwks', keys, '--type', 'JWT'], token)).code, 0)
  assert.match((await explain([...compared, '--jwks', keys], token)).stdout, /^Rejected: type_mismatch\.$/m)
})

for (const flag of ['--jwks', '--secret-file']) {
  test(`${flag} is not repeated when there is no such file: people put the secret there`, async () => {
    const { code, stderr } = await explain([flag, 'correct horse battery staple'])
    assert.equal(code, 2)
    assert.doesNotMatch(stderr, /horse/)
  })
}

test('--includes tells which scopes include others, also by way of others', async (t) => {
  const keys = writeTemporary(t, 'jwks.json', jwks)
  const flags = [...compared, '--jwks', keys, '--scope', 'items:read']
  assert.match((await explain(flags)).stdout, /^Rejected: scope_missing\.$/m)
  const includes = 'items=all items=items:write items:write=items:read'
  const { code, stdout } = await explain([...flags, '--includes', includes])
  assert.equal(code, 0)
  assert.match(stdout, /^✓ granted {4}"me items all items:write items:read" {3}\(expected: "items:read"\)$/m)
})

test('--clock-tolerance and --max-token-length are those of the guard', async (t) => {
  const keys = writeTemporary(t, 'jwks.json', jwks)
  const early = craft(signer, { claims: { nbf: testTime + 40 } })
  assert.match((await explain([...compared, '--jwks', keys], early)).stdout, /^Rejected: token_not_yet_valid\.$/m)
  assert.equal((await explain([...compared, '--jwks', keys, '--clock-tolerance', '40'], early)).code, 0)
  const { stdout } = await explain([...compared, '--max-token-length', '100'])
  assert.match(stdout, /^✗ length {5}token_too_long.*\(expected: at most 100\)$/m)
})

test('--fetch asks the issuer for its keys, and nothing is asked without it', async (t) => {
  const real = await startIssuer(t)
  const token = craft(real.signer, { claims: { iss: real.url } })
  const flags = ['--issuer', real.url, '--audience', audience, '--at', String(testTime)]
  assert.equal((await explain(flags, token)).code, 1)
  assert.equal(real.countOf(), 0)
  const fetched = await explain([...flags, '--fetch'], token)
  assert.equal(fetched.code, 0, fetched.stdout + fetched.stderr)
  await real.stop()
  const { code, stderr } = await explain([...flags, '--fetch'], token)
  assert.equal(code, 2)
  assert.match(stderr, /--fetch: the issuer's keys are unavailable: .*fetch failed/)
  const insecure = await explain(['--issuer', 'http://auth.example', '--fetch'], token)
  assert.match(insecure.stderr, /unavailable: the URL must be https/)
})

test('keys that are not sound are left out, and told', async (t) => {
  const weak = { ...JSON.parse(jwks).keys[0], kid: 'weak', use: 'enc' }
  const keys = writeTemporary(t, 'jwks.json', JSON.stringify({ keys: [weak, ...JSON.parse(jwks).keys] }))
  const { code, stderr } = await explain([...compared, '--jwks', keys])
  assert.equal(code, 0)
  assert.equal(stderr, '--jwks: left out keys[0]: its use is "enc" instead of "sig"\n')
})

for (const [what, content, message] of [
  ['no JSON', '{', /a JWK Set must have the array "keys"/],
  ['a single key', JSON.stringify(JSON.parse(jwks).keys[0]), /must have the array "keys".*jwks_uri/],
] as const) {
  test(`--jwks with ${what} ends with 2`, async (t) => {
    const { code, stderr } = await explain(['--jwks', writeTemporary(t, 'jwks.json', content)])
    assert.equal(code, 2)
    assert.match(stderr, message)
  })
}

test('a secret that a guard takes only by an unsafe option is told', async (t) => {
  const { stderr } = await explain(['--secret-file', writeTemporary(t, 'secret', 'secret')])
  assert.equal(stderr, '--secret-file: below 256 bits: a guard needs unsafeShortSecret\n')
})

test('an empty secret ends with 2', async (t) => {
  const { code, stderr } = await explain(['--secret-file', writeTemporary(t, 'secret', '\n')])
  assert.equal(code, 2)
  assert.match(stderr, /the file is empty/)
})

const wrong: readonly (readonly [args: readonly string[], message: RegExp])[] = [
  [[], /There is one command/],
  [[good], /There is one command/],
  [['explian'], /There is one command/],
  [['explain', good, 'more'], /Give one token/],
  [['explain', '--isuer', 'x'], /There is no flag "--isuer": did you mean --issuer\?/],
  [['explain', '-x'], /There is no flag "--x"/],
  [['explain', `--${good}`], /There is no such flag\./],
  [['explain', '--issuer'], /Give --issuer a value/],
  [['explain', '--issuer='], /Give --issuer a value/],
  [['explain', '--issuer', '--json'], /Give --issuer a value/],
  [['explain', '--json=yes'], /--json takes no value/],
  [['explain', '--at', '1', '--at', '2'], /Give --at once/],
  [['explain', '--at', 'tomorrow'], /Give --at as seconds since the epoch/],
  [['explain', '--type', 'jwt'], /Give --type as at\+jwt, or as JWT/],
  [['explain', '--scope', 'a"b'], /Give --scope as scopes/],
  [['explain', '--fetch'], /Give --issuer too/],
  [['explain', '--fetch', '--issuer', issuer, '--jwks', 'x'], /Give only one source of keys/],
  [['explain', '--jwks', 'no-such-file'], /--jwks: name a file that exists and is readable/],
  [['explain', '--secret-file', good], /--secret-file: name a file that exists/],
  [['explain', '--includes', 'items'], /Give --includes as pairs with spaces between them/],
  [['explain', '--includes', 'items='], /Give --includes/],
  [['explain', '--includes', '=items'], /Give --includes/],
  [['explain', '--includes', 'a="b'], /Give --includes/],
  [['explain', '--clock-tolerance', '61'], /Give --clock-tolerance as 0 to 60 seconds/],
  [['explain', '--clock-tolerance', 'x'], /Give --clock-tolerance/],
  [['explain', '--max-token-length', '0'], /Give --max-token-length as a number of characters/],
  [['explain', '-'], /There is no token/],
]
for (const [args, message] of wrong) {
  test(`${args.join(' ').slice(0, 40) || 'nothing'} ends with 2 and ${message}`, async () => {
    const { code, stdout, stderr } = await runCommand(args)
    assert.deepEqual([code, stdout], [2, ''])
    assert.match(stderr, message)
    assert.match(stderr, /Try countersign-guard --help\.$/m)
    assert.ok(!stderr.includes(good.slice(0, 30)))
  })
}

test('standard input without end is not read to it', async () => {
  const { code, stderr } = await runCommand(['explain'], 'a'.repeat(3 * 1024 * 1024))
  assert.equal(code, 2)
  assert.match(stderr, /longer than any token/)
})

for (const args of [['help'], ['--help'], ['explain', '-h'], ['explain', '--help']]) {
  test(`${args.join(' ')} tells the flags, and why not to give the token as an argument`, async () => {
    const { code, stdout } = await runCommand(args)
    assert.equal(code, 0)
    assert.match(stdout, /history of the\s+shell/)
    for (const flag of ['issuer', 'audience', 'type', 'scope', 'includes', 'jwks', 'secret-file', 'fetch']) {
      assert.match(stdout, new RegExp(`^ {2}--${flag} `, 'm'))
    }
    for (const flag of ['clock-tolerance', 'max-token-length', 'at', 'json']) {
      assert.match(stdout, new RegExp(`^ {2}--${flag} `, 'm'))
    }
  })
}

test('--scope-claim names where the scopes are, and without it the output says so', async (t) => {
  const keys = writeTemporary(t, 'jwks.json', jwks)
  const token = craft(signer, { claims: { scope: 'openid', permissions: ['items'] } })
  const flags = [...compared, '--jwks', keys, '--scope', 'items']
  const missing = await explain(flags, token)
  assert.equal(missing.code, 1)
  assert.match(missing.stdout, /^✗ granted {4}scope_missing: "openid"; permissions has them: set scopeClaim to it /m)
  assert.match(missing.stdout, /If another claim has them, set `scopeClaim` to its name\.$/m)
  assert.equal((await explain([...flags, '--scope-claim', 'permissions'], token)).code, 0)
})
