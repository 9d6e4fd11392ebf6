/** Posts forms to the addresses in registrations: the only requests that this server sends. */
import { lookup } from 'node:dns/promises'
import { request as requestHttps } from 'node:https'
import type { LookupFunction } from 'node:net'
import type { Config } from '../config/options.ts'
import { isLoopback } from '../domain/loopback.ts'
import type { PostForm } from '../environment.ts'
import { nodeHttp } from './node-http.ts'
import { type AddressKind, addressKind } from './outbound-address.ts'

type Resolved = readonly { readonly address: string; readonly family: number }[]

/** Bytes of a response's body, which is ignored, before the connection is closed. */
const maxResponseBytes = 64 * 1024

/** A `PostForm` that follows no redirect, and connects to public addresses and those that the configuration allows. */
export function createPostForm(config: Pick<Config, 'issuer' | 'allowPrivateLogoutAddresses'>): PostForm {
  const isDevelopment = isLoopback(new URL(config.issuer).hostname)
  const isPrivateAllowed = isDevelopment || config.allowPrivateLogoutAddresses

  /** The kinds of address that a URL with this scheme may lead to. */
  function kindsFor(protocol: string): readonly AddressKind[] {
    if (protocol === 'https:') return isPrivateAllowed ? ['public', 'private', 'loopback'] : ['public']
    return protocol === 'http:' && isDevelopment ? ['loopback'] : []
  }

  return async (address, form, { timeoutMs }) => {
    const url = new URL(address)
    const kinds = kindsFor(url.protocol)
    if (kinds.length === 0) throw new Error(`${url.protocol} is not allowed`)
    const signal = AbortSignal.timeout(timeoutMs)
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
    const found: Resolved = await within(signal, lookup(host, { all: true }))
    // Looked up once, so that the connection goes to the address that was checked, even if the name changes.
    const allowed = found.filter((one) => kinds.includes(addressKind(one.address)))
    if (allowed.length === 0) throw new Error(`${host} has no allowed address`)
    return await post(url, allowed, new URLSearchParams(form).toString(), signal)
  }
}

function post(url: URL, addresses: Resolved, body: string, signal: AbortSignal): Promise<{ readonly status: number }> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? requestHttps : nodeHttp.request
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': Buffer.byteLength(body),
    }
    const options = { method: 'POST', headers, lookup: lookupOf(addresses), agent: false, signal } as const
    let status: number | undefined
    const end = (error?: Error) => (status === undefined ? reject(error) : resolve({ status }))
    const request = send(url, options, (response) => {
      status = response.statusCode ?? 0
      let received = 0
      response.on('data', (chunk: Buffer) => {
        received += chunk.length
        if (received > maxResponseBytes) response.destroy()
      })
      // The status is known, so an incomplete body does not matter.
      response.on('error', end)
      response.on('close', end)
    })
    request.on('error', end)
    request.end(body)
  })
}

/** A lookup that returns the addresses that were found before. */
function lookupOf(addresses: Resolved): LookupFunction {
  return (_host, options, done) => {
    const [first] = addresses
    if (options.all || !first) done(null, [...addresses])
    else done(null, first.address, first.family)
  }
}

/** `work`, or the rejection of `signal` if it is first: a lookup cannot be cancelled. */
function within<Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> {
  return Promise.race([
    work,
    new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    }),
  ])
}
