/** The address of a client behind proxies: `Forwarded` (RFC 7239), and `X-Forwarded-For`, which it replaces. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientAddress } from '../../src/http/client-address.ts'

const proxy = '10.0.0.1'
const addressOf = clientAddress(['10.0.0.0/8', 'fd00::/8'])

for (const [value, address] of [
  ['for=203.0.113.9', '203.0.113.9'],
  ['For="203.0.113.9"', '203.0.113.9'],
  ['for="203.0.113.9:4711"', '203.0.113.9'],
  ['for=203.0.113.9:4711', '203.0.113.9'],
  ['for="203.0.113.9:_secret"', '203.0.113.9'],
  ['for="[2001:db8::9]"', '2001:db8::9'],
  ['FOR="[2001:db8::9]:4711"', '2001:db8::9'],
  ['for=[2001:db8::9]:4711', '2001:db8::9'],
  ['by=10.0.0.1;for=203.0.113.9;proto=https;host="app.example"', '203.0.113.9'],
  ['proto=https ; for=203.0.113.9', '203.0.113.9'],
  ['for="2\\03.0.113.9"', '203.0.113.9'],
  ['for=203.0.113.9;host="a, for=1.1.1.1"', '203.0.113.9'],
  ['for=1.1.1.1, for=203.0.113.9', '203.0.113.9'],
  ['for=1.1.1.1,for=203.0.113.9, for=10.0.0.2', '203.0.113.9'],
  ['for=203.0.113.9, , for="[fd00::2]:80"', '203.0.113.9'],
  // RFC 9110 §5.6.1.2: empty elements are ignored. The client has sent an empty header before that of the proxy.
  [', for=203.0.113.9', '203.0.113.9'],
  [' ,, for=203.0.113.9,', '203.0.113.9'],
  [`${'for=1.1.1.1,'.repeat(500)}for=203.0.113.9`, '203.0.113.9'],
] as const) {
  test(`§4 Forwarded: ${value.slice(0, 80)} is from ${address}`, () => {
    assert.equal(addressOf(proxy, undefined, value), address)
    assert.equal(addressOf('192.0.2.1', undefined, value), '192.0.2.1')
    assert.equal(clientAddress([])(proxy, undefined, value), proxy)
  })
}

for (const value of ['for=unknown', 'for=_gateway', 'for="_gateway:80"', 'proto=https', 'for=1.2.3', 'for=localhost']) {
  test(`§6 ${value} names no address, and what is before it is not used`, () => {
    assert.equal(addressOf(proxy, undefined, value), proxy)
    assert.equal(addressOf(proxy, undefined, `for=1.1.1.1, ${value}`), proxy)
    assert.equal(addressOf(proxy, undefined, `for=1.1.1.1, ${value}, for=10.0.0.2`), '10.0.0.2')
  })
}

for (const sent of [
  'for="',
  'for=1.1.1.1;x="',
  'for=1.1.1.1;',
  '"',
  'for',
  '=',
  'for=1.1.1.1;for=2.2.2.2',
  'x="\\',
  '\\',
  ';',
]) {
  test(`§8.1 the client sends ${sent}, which does not change how the proxy's part is read`, () => {
    for (const added of ['for=203.0.113.9', 'for="[2001:db8::9]:80"', 'for="203.0.113.9";proto="https"']) {
      assert.equal(addressOf(proxy, undefined, `${sent}, ${added}`), proxy, added)
    }
  })
}

for (const [value, address] of [
  ['203.0.113.9:4711', '203.0.113.9'],
  ['"203.0.113.9"', '203.0.113.9'],
  ['[2001:db8::9]', '2001:db8::9'],
  ['[2001:db8::9]:4711', '2001:db8::9'],
  ['"[2001:db8::9]:4711"', '2001:db8::9'],
  ['2001:db8::9', '2001:db8::9'],
  ['1.1.1.1:80, 203.0.113.9:4711, 10.0.0.2:80', '203.0.113.9'],
  ['1.1.1.1, "[2001:db8::9]", [fd00::2]:80', '2001:db8::9'],
] as const) {
  test(`X-Forwarded-For: ${value} is from ${address}`, () => {
    assert.equal(addressOf(proxy, value), address)
    assert.equal(addressOf('192.0.2.1', value), '192.0.2.1')
  })
}

for (const value of [
  '203.0.113.9:',
  '203.0.113.9:http',
  '203.0.113.9:123456',
  '[203.0.113.9',
  '2001:db8::9]',
  '"203.0.113.9',
  '[]:80',
  'unknown',
]) {
  test(`X-Forwarded-For: ${value} names no address, and what is before it is not used`, () => {
    assert.equal(addressOf(proxy, `1.1.1.1, ${value}`), proxy)
  })
}

test('§8.1 a header that the client has sent beside that of the proxy gives no address of its choice', () => {
  const agreed = addressOf(proxy, '203.0.113.9', 'for="203.0.113.9:80"')
  assert.equal(agreed, '203.0.113.9')
  for (const forged of ['1.1.1.1', '2.2.2.2']) {
    assert.equal(addressOf(proxy, '203.0.113.9', `for=${forged}`), proxy)
    assert.equal(addressOf(proxy, forged, 'for=203.0.113.9'), proxy)
  }
  for (const [forwardedFor, node, address] of [
    ['::ffff:203.0.113.9', '203.0.113.9', '::ffff:203.0.113.9'],
    ['203.0.113.9', '"[::ffff:203.0.113.9]"', '203.0.113.9'],
    ['2001:DB8:0::9', '"[2001:db8::9]:80"', '2001:DB8:0::9'],
  ] as const) {
    assert.equal(addressOf(proxy, forwardedFor, `for=${node}`), address)
    assert.equal(addressOf(proxy, forwardedFor, 'for=203.0.113.8'), proxy)
  }
  for (const empty of ['', 'unknown', 'for=unknown'])
    assert.equal(addressOf(proxy, '203.0.113.9', empty), '203.0.113.9')
})
