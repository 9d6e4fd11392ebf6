/** The address of the other end of a Node connection. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { peerOf } from '../../src/http/peer.ts'

test('a TCP connection has the address of the client', () => {
  assert.equal(peerOf({ remoteAddress: '192.0.2.1', localAddress: '127.0.0.1' }), '192.0.2.1')
})

test('a Unix socket has none', () => {
  assert.equal(peerOf({}), '')
})

test('D6 a client that has reset the connection does not escape the count by address', () => {
  assert.equal(peerOf({ localAddress: '127.0.0.1' }), undefined)
  assert.equal(peerOf({ destroyed: true }), undefined)
})
