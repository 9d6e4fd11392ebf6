import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AddressKind, addressKind } from '../../src/http/outbound-address.ts'

const addresses: Readonly<Record<AddressKind, readonly string[]>> = {
  public: [
    '1.1.1.1',
    '93.184.215.14',
    '172.15.255.255',
    '172.32.0.1',
    '100.63.255.255',
    '100.128.0.1',
    '223.255.255.255',
  ].concat(['2606:4700:4700::1111', '2a00:1450:4001:82a::200e', '2001:4860:4860::8888']),
  private: [
    '10.0.0.1',
    '10.255.255.255',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '100.64.0.1',
    '100.127.255.255',
  ].concat(['fc00::1', 'fd12:3456:789a::1']),
  loopback: ['127.0.0.1', '127.255.255.255', '::1', '0:0:0:0:0:0:0:1'],
  special: [
    '0.0.0.0',
    '0.1.2.3',
    '169.254.169.254',
    '169.254.0.1',
    '192.0.0.192',
    '192.0.2.1',
    '198.18.0.1',
    '203.0.113.5',
  ]
    .concat(['224.0.0.1', '239.255.255.250', '240.0.0.1', '255.255.255.255', '100.100.100.200', '168.63.129.16'])
    .concat(['::', '::127.0.0.1', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '::ffff:1.1.1.1'])
    .concat([
      '::ffff:0:127.0.0.1',
      '64:ff9b::7f00:1',
      '64:ff9b:1::a00:1',
      '2002:7f00:1::',
      '2001:0:7f00:1::',
      '2001:db8::1',
    ])
    .concat([
      'fe80::1',
      'fe80::1%eth0',
      'fec0::1',
      'ff02::1',
      'fd00:ec2::254',
      '100::1',
      '3fff::1',
      '4000::1',
      '5f00::1',
    ])
    .concat(['', 'localhost', '127.1', '0x7f000001', '2130706433', '127.0.0.1 ', '[::1]', '1.1.1.1/8']),
}

for (const [kind, all] of Object.entries(addresses)) {
  for (const address of all) {
    test(`N6 ${JSON.stringify(address)} is ${kind}`, () => {
      assert.equal(addressKind(address), kind)
    })
  }
}
