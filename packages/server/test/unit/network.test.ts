import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientAddress } from '../../src/http/client-address.ts'
import { networkOf } from '../../src/login/network.ts'

const networks: readonly [address: string, network: string][] = [
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::ffff:c000:207', '192.0.2.7'],
  ['64:ff9b::192.0.2.7', '192.0.2.7'],
  ['64:ff9b::c000:207', '192.0.2.7'],
  ['64:ff9b:1::192.0.2.7', '64:ff9b:1:0::/64'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['', ''],
  ['not an address', 'not an address'],
]
for (const [address, network] of networks) {
  test(`the budget of ${JSON.stringify(address)} is that of ${JSON.stringify(network)}`, () => {
    assert.equal(networkOf(address), network)
  })
}

test('D6, Q8 X-Forwarded-For is used only from trusted proxies, and only what they added', () => {
  const none = clientAddress([])
  assert.equal(none('192.0.2.1', '203.0.113.9'), '192.0.2.1')

  const behind = clientAddress(['10.0.0.0/8', '::1'])
  assert.equal(behind('192.0.2.1', '203.0.113.9'), '192.0.2.1')
  assert.equal(behind('10.1.2.3', undefined), '10.1.2.3')
  assert.equal(behind('10.1.2.3', '203.0.113.9'), '203.0.113.9')
  assert.equal(behind('::1', '1.1.1.1, 203.0.113.9, 10.4.4.4'), '203.0.113.9')
  assert.equal(behind('10.1.2.3', '203.0.113.9, localhost'), '10.1.2.3')
  assert.equal(behind('10.1.2.3', `${'1.1.1.1,'.repeat(10_000)}203.0.113.9`), '203.0.113.9')
  assert.equal(behind('10.1.2.3', ''), '10.1.2.3')
  assert.equal(behind('::ffff:10.1.2.3', '203.0.113.9'), '203.0.113.9')
  assert.equal(behind('', '203.0.113.9'), '')
})
