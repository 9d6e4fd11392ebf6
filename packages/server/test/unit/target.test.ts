/** Whatever target a request has, it is rejected, or its path and query are what every other parser reads there. */
import assert from 'node:assert/strict'
import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { test } from 'node:test'
import { fc } from '../../../../test/support/fast-check.ts'
import { requestProblem, webRequestProblem } from '../../src/http/request-problem.ts'
import { splitTarget, withoutBasePath } from '../../src/http/target.ts'
import { maxTargetLength } from '../../src/oauth/post-to-get.ts'
import { textsOf } from '../support/any-text.ts'

const anyTarget = textsOf('/token', '/a', '/../', '/./', '/.', '/..;', '%2e', '?x=1', 'http://evil.example/', '//')
const targets = fc.oneof(
  anyTarget,
  anyTarget.map((text) => `/${text}`),
)

/** As Node's parser gives it. */
function received(target: string, headers: Readonly<Record<string, string>> = { host: 'a.example' }): IncomingMessage {
  const incoming = new IncomingMessage(new Socket())
  return Object.assign(incoming, {
    httpVersion: '1.1',
    url: target,
    headers: { ...headers },
    rawHeaders: Object.entries(headers).flat(),
  })
}

test('any target is rejected, or is a path that all parsers of URLs read alike', () => {
  const property = fc.property(targets, (target) => {
    const problem = requestProblem(received(target), target)
    const request = new Request('http://a.example/', { headers: { host: 'a.example' } })
    assert.equal(webRequestProblem(request, target)?.reason, problem?.reason)
    if (problem) {
      assert.equal(
        problem.code,
        target.startsWith('/') && target.length > maxTargetLength ? 'target_too_long' : 'invalid_request',
      )
      return
    }
    assert.ok(target.length <= maxTargetLength)
    assert.match(target, /^\/[\x21-\x7e]*$/)
    const { path, query } = splitTarget(target)
    const url = new URL(`http://a.example${target}`)
    // They encode what a URI must not have, and an encoded dot is one for them (the URL standard). No route has either.
    const isPlain = !/["'<>\\^`{|}]/.test(target)
    if (isPlain && !/%2e/i.test(path)) assert.equal(url.pathname, path)
    if (isPlain && !query.includes('#')) assert.equal(url.search.slice(1), query)
  })
  fc.assert(property, { numRuns: 500 })
})

test('path and query are the target again, and the path of the issuer is taken from its beginning alone', () => {
  const property = fc.property(targets, fc.constantFrom('', '/a', '/a/b'), (target, basePath) => {
    const { path, query } = splitTarget(target)
    assert.ok(!path.includes('?'))
    assert.equal(query === '' && !target.endsWith('?') ? path : `${path}?${query}`, target)
    const own = withoutBasePath(basePath, target)
    const rest = own.replace(/^\/(?=\?|$)/, '')
    assert.ok(own === target || `${basePath}${own}` === target || `${basePath}${rest}` === target)
    if (target.startsWith('/')) assert.ok(own.startsWith('/'))
  })
  fc.assert(property, { numRuns: 500 })
})

test('any Host is rejected, or is a host name or an address with a port, which no URL is built from', () => {
  const property = fc.property(textsOf('a.example', ':80', '[::1]'), (host) => {
    const problem = requestProblem(received('/token', { host }), '/token')
    assert.equal(problem === undefined, /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i.test(host))
    if (problem) assert.equal(problem.reason, 'host_malformed')
  })
  fc.assert(property, { numRuns: 300 })
})
