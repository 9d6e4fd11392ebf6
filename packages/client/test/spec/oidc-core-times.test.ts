/** OpenID Connect Core 1.0: the client's checks of the times in an ID token, by its own clock and by the issuer's. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refreshTokens } from '../../src/oauth/refresh.ts'
import { startIssuer, tokenResponse } from '../support/issuer.ts'
import { claimsFor, configFor, logIn, makeIdToken, startOfTests } from '../support/logins.ts'

const invalid = { code: 'id_token_invalid' }

test('§3.1.3.7 items 9 and 10: exp is in the future and iat in the past, within the tolerance', async (t) => {
  const issuer = await startIssuer(t)
  const config = configFor(issuer)
  const wrong = [
    { exp: startOfTests - 30 },
    { exp: '9999999999' },
    { exp: undefined },
    { iat: startOfTests + 31 },
    { iat: undefined },
  ]
  for (const claims of wrong) await assert.rejects(logIn(issuer, config, { claims }), invalid, JSON.stringify(claims))
  assert.ok(await logIn(issuer, config, { claims: { exp: startOfTests - 29, iat: startOfTests + 30 } }))
  await assert.rejects(
    logIn(issuer, configFor(issuer, { clockTolerance: 0 }), { claims: { exp: startOfTests } }),
    invalid,
  )
})

/** A fetch whose responses have this `Date`: that of the issuer's clock, or none, as in a browser. */
function fetchDated(date: number | undefined): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, init)
    const headers = new Headers(response.headers)
    headers.delete('date')
    if (date !== undefined) headers.set('date', new Date(date * 1000).toUTCString())
    return new Response(await response.text(), { status: response.status, headers })
  }
}

for (const wrong of [-10 * 365 * 86_400, -86_400, -301, 301, 7200, 10 * 365 * 86_400]) {
  test(`§3.1.3.7 a clock that is wrong by ${wrong} s does not end the login, with and without the issuer's Date`, async (t) => {
    const issuer = await startIssuer(t)
    for (const date of [startOfTests, startOfTests + 2, undefined]) {
      const config = configFor(issuer, { now: () => startOfTests + wrong, fetch: fetchDated(date) })
      const options = { maxAge: 60 }
      const tokens = await logIn(issuer, config, { options, claims: { auth_time: startOfTests - 50 } })
      assert.equal(tokens.claims?.iat, startOfTests)
      // It goes by the clock of this machine, so that tokens are renewed in time.
      assert.equal(tokens.expiresAt, startOfTests + wrong + 900)
      for (const auth_time of [startOfTests - 91, undefined]) {
        await assert.rejects(logIn(issuer, config, { options, claims: { auth_time } }), invalid)
      }
    }
  })
}

test('§3.1.3.7 items 9 and 10: a token that both clocks reject is rejected', async (t) => {
  const issuer = await startIssuer(t)
  const wrong = { exp: startOfTests - 30, iat: startOfTests - 60 }
  const early = { exp: startOfTests + 300, iat: startOfTests + 31 }
  for (const claims of [wrong, early]) {
    const config = configFor(issuer, { fetch: fetchDated(startOfTests) })
    await assert.rejects(logIn(issuer, config, { claims }), invalid)
  }
  // Neither clock accepts all of it.
  const both = { exp: startOfTests - 100, iat: startOfTests + 100 }
  for (const date of [startOfTests, startOfTests - 200, undefined]) {
    await assert.rejects(logIn(issuer, configFor(issuer, { fetch: fetchDated(date) }), { claims: both }), invalid)
  }
})

test('clockTolerance may be 300 seconds', async (t) => {
  const issuer = await startIssuer(t)
  const config = configFor(issuer, { clockTolerance: 300, fetch: fetchDated(startOfTests) })
  assert.ok(await logIn(issuer, config, { claims: { iat: startOfTests + 300, exp: startOfTests - 299 } }))
  await assert.rejects(logIn(issuer, config, { claims: { iat: startOfTests + 301 } }), invalid)
})

test('§3.1.3.7 item 13: with maxAge, auth_time must be present and recent', async (t) => {
  const issuer = await startIssuer(t)
  const config = configFor(issuer)
  const options = { maxAge: 60 }
  for (const auth_time of [undefined, startOfTests - 91, String(startOfTests)]) {
    await assert.rejects(logIn(issuer, config, { options, claims: { auth_time } }), invalid)
  }
  assert.ok(await logIn(issuer, config, { options, claims: { auth_time: startOfTests - 90 } }))
  assert.ok(await logIn(issuer, config, { options: { maxAge: 0 }, claims: { auth_time: startOfTests } }))
})

test('§2 times are numbers, with a fraction or not, and finite (RFC 7519 §2): 1e400 is Infinity to a parser of JSON', async (t) => {
  const issuer = await startIssuer(t)
  const config = configFor(issuer)
  const tokens = await logIn(issuer, config)
  const [header, , signature] = makeIdToken({}).split('.')
  const refreshWith = (times: Readonly<Record<string, string>>) => {
    const { exp, iat, nonce: _none, ...rest } = claimsFor(issuer, null)
    const members = Object.entries({ exp: `${exp}`, iat: `${iat}`, ...times }).map(
      ([name, json]) => `"${name}":${json}`,
    )
    const payload = Buffer.from(`${JSON.stringify(rest).slice(0, -1)},${members.join()}}`).toString('base64url')
    issuer.routes['/token'] = () => ({ body: tokenResponse({ id_token: `${header}.${payload}.${signature}` }) })
    return refreshTokens(config, tokens)
  }
  for (const times of [{ exp: `${startOfTests}.5` }, { iat: `${startOfTests - 1}.25` }, { exp: '18000003e2' }])
    assert.ok((await refreshWith(times)).claims, JSON.stringify(times))
  for (const times of [{ exp: '1e400' }, { exp: '-1e400' }, { iat: '-1e400' }, { iat: '1e400' }, { iat: '-1' }])
    await assert.rejects(refreshWith(times), invalid, JSON.stringify(times))
})
