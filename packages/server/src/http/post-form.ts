/** Posts forms to addresses that stand in registrations: the only requests that this server makes of its own accord. */
import { lookup } from 'node:dns/promises'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { LookupFunction } from 'node:net'
import type { Config } from '../config/options.ts'
import { isLoopback } from '../domain/loopback.ts'
import type { PostForm } from '../environment.ts'
import { type AddressKind, addressKind } from './outbound-address.ts'

type Resolved = readonly { readonly address: string; readonly family: number }[]

/** Bytes of an answer's body, which says nothing, until the connection is cut. */
const mostAnswerBytes = 64 * 1024

/** A `PostForm` that follows no redirect and goes to public addresses, or to where the configuration lets it. */
export function createPostForm(config: Pick<Config, 'issuer' | 'allowPrivateLogoutAddresses'>): PostForm {
  const isDevelopment = isLoopback(new URL(config.issuer).hostname)
  const isPrivateAllowed = isDevelopment || config.allowPrivateLogoutAddresses

  /** What a URL of this scheme may be about. */
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
    // Looked up once: what was checked is what is connected to, whatever the name says a moment later.
    const allowed = found.filter((one) => kinds.includes(addressKind(one.address)))
    if (allowed.length === 0) throw new Error(`${host} has no address that may be connected to`)
    return await post(url, allowed, new URLSearchParams(form).toString(), signal)
  }
}

function post(url: URL, addresses: Resolved, body: string, signal: AbortSignal): Promise<{ readonly status: number }> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? requestHttps : requestHttp
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
        if (received > mostAnswerBytes) response.destroy()
      })
      // The status has come: a body that breaks off changes nothing.
      response.on('error', end)
      response.on('close', end)
    })
    request.on('error', end)
    request.end(body)
  })
}

/** Answers what was looked up before. */
function lookupOf(addresses: Resolved): LookupFunction {
  return (_host, options, answer) => {
    const [first] = addresses
    if (options.all || !first) answer(null, [...addresses])
    else answer(null, first.address, first.family)
  }
}

/** `work`, or the rejection of `signal` when that comes first: a name that is looked up can't be called off. */
function within<Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> {
  return Promise.race([
    work,
    new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    }),
  ])
}
