/** RFC 6749 §5.2: error_uri. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorUri, publicAnchor } from '../../src/oauth/error-uri.ts'
import type { ErrorCode } from '../../src/oauth/errors.ts'
import { type Reason, reasons } from '../../src/oauth/reasons.ts'

// The type of the table guarantees that it lists all codes.
const allReasons = Object.keys(reasons) as Reason[]

const issuers = [
  'https://login.example.com',
  'https://login.example.com/',
  'https://login.example.com/tenant/',
  'https://bücher.example/ü "x"\\y',
  'http://[::1]:8000',
]

for (const issuer of issuers) {
  test(`§5.2 error_uri is a URI of permitted characters below the issuer ${issuer}`, () => {
    for (const reason of allReasons) {
      const uri = errorUri(issuer, { code: 'invalid_request', reason })
      // RFC 6749 §5.2: MUST NOT include characters outside the set %x21 / %x23-5B / %x5D-7E.
      assert.match(uri, /^[\x21\x23-\x5b\x5d-\x7e]+$/)
      assert.match(uri, /^https?:\/\/[^/]+(\/[^/]+)*\/errors#[a-z0-9_]+$/)
    }
  })
}

const guarded: readonly ErrorCode[] = [
  'invalid_client',
  'invalid_grant',
  'incorrect_login',
  'invalid_token',
  'forbidden',
]

for (const code of guarded) {
  test(`§5.2 error_uri of ${code} is the same for each of its reasons`, () => {
    assert.deepEqual(new Set(allReasons.map((reason) => publicAnchor({ code, reason }))), new Set([code]))
  })
}

const hidden: readonly Reason[] = [
  'password_mismatch',
  'unknown_user',
  'user_disabled',
  'account_throttled',
  'unknown_client',
  'client_unknown',
  'client_disabled',
  'client_secret_wrong',
  'redirect_uri_mismatch',
  'code_replayed',
  'code_consumed',
  'refresh_token_reused',
  'token_expired',
  'signature_mismatch',
  'token_of_another_client',
  'internal_error',
]

for (const reason of hidden) {
  test(`§5.2 error_uri never ends in ${reason}`, () => {
    assert.equal(publicAnchor({ code: 'invalid_request', reason }), 'invalid_request')
  })
}

const shown: readonly Reason[] = [
  'parameter_missing',
  'content_type_wrong',
  'scope_unknown',
  'pkce_missing',
  'route_unknown',
]

for (const reason of shown) {
  test(`§5.2 error_uri ends in ${reason} where that is the reason`, () => {
    assert.equal(publicAnchor({ code: 'invalid_request', reason }), reason)
  })
}
