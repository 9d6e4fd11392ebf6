/** What counts as an IP address or a CIDR range: one rule for options, proxies and outbound requests. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientAddress } from '../../src/http/client-address.ts'
import { networkOf } from '../../src/login/network.ts'
import { parseAddress, parseRange } from '../../src/network/ip-address.ts'

for (const text of ['10.0.0.0/8', '10.0.0.1', '0.0.0.0/0', '::1', 'fc00::/7', '::/0', '::ffff:10.0.0.0/104']) {
  test(`${text} is a range`, () => assert.ok(parseRange(text)))
}

for (const text of [
  ['', '/', '/8', '10.0.0.0/', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/8/8', '10.0.0.0/0x8', '10.0.0.0/8 '],
  ['10/8', '10.1/16', '012.0.0.0/8', '0x0a000000/8', '::/129', '::1/', 'fe80::1%eth0/64', 'localhost', '[::1]'],
].flat()) {
  test(`${JSON.stringify(text)} is not a range`, () => assert.equal(parseRange(text), undefined))
}

for (const text of ['127.1', '2130706433', '0x7f000001', '0177.0.0.1', '127.0.0.1 ', '1.1.1.1/8', '[::1]', '']) {
  test(`${JSON.stringify(text)} is not an address`, () => assert.equal(parseAddress(text), undefined))
}

test('a zone with any characters is removed', () => {
  assert.equal(parseAddress('fe80::1%br-lan.7')?.toString(), 'fe80::1')
  assert.equal(networkOf('fe80::1%br-lan.7'), 'fe80:0:0:0::/64')
})

test('a proxy is trusted by its IPv4 address and by its mapped form, whichever the range uses', () => {
  for (const range of ['10.0.0.0/8', '::ffff:10.0.0.0/104']) {
    const address = clientAddress([range])
    assert.equal(address('::ffff:10.1.2.3', '203.0.113.9'), '203.0.113.9', range)
    assert.equal(address('::ffff:11.1.2.3', '203.0.113.9'), '::ffff:11.1.2.3', range)
  }
  assert.equal(clientAddress(['::1'])('0:0:0:0:0:0:0:1', '203.0.113.9'), '203.0.113.9')
})
