/** The checks of single options. Each returns the words that follow the option's name, or `undefined` when the value is valid. */
import { isLoopback } from '../domain/loopback.ts'
import { webUriProblem } from '../domain/registered-uri.ts'
import { findResource, resourceProblem } from '../domain/resource.ts'
import { isScopeName, openIdScopes, type Scopes } from '../domain/scope.ts'
import { textsIn } from '../domain/translated.ts'

/** Secrets from tutorials, which everybody knows. */
const wellKnownSecrets = [
  'supersecretkey',
  '09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7',
  '83daa0256a2289b0fb23693bf1f6034d44396675749244721a2b20e896e11662',
  'your-256-bit-secret',
  'a-string-secret-at-least-256-bits-long',
]

const minSecretBytes = 32

export function secretKeyProblem(secretKey: string): string | undefined {
  if (wellKnownSecrets.includes(secretKey.trim().toLowerCase())) {
    return 'is a published example that everybody knows: make your own, for example with: openssl rand -hex 32'
  }
  if (Buffer.byteLength(secretKey) < minSecretBytes) {
    return `is shorter than ${minSecretBytes} bytes: make a longer one, for example with: openssl rand -hex 32`
  }
  if (new Set(secretKey).size < 8) {
    return 'repeats a few characters, so it can be guessed: make a random one, for example with: openssl rand -hex 32'
  }
  return undefined
}

/** `httpHosts`: further hosts that may have http. */
export function issuerProblem(issuer: string, httpHosts: readonly string[]): string | undefined {
  if (!URL.canParse(issuer)) return 'must be a URL, such as https://login.example.com'
  const url = new URL(issuer)
  // RFC 8414 §2: the issuer is a URL that uses the https scheme and has no query or fragment components.
  if (url.search || url.hash || issuer.endsWith('?') || issuer.endsWith('#'))
    return 'must not have a query or a fragment'
  if (url.username || url.password) return 'must not contain credentials'
  const isHttpAllowed = isLoopback(url.hostname) || httpHosts.includes(url.hostname)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isHttpAllowed)) {
    return 'must begin with https:// (http is allowed for loopback hosts, and in development for unsafeHttpHosts)'
  }
  // RFC 9207 §2.4: clients compare the issuer as a string, so it must have one spelling. A path with // could be read as a host.
  if (url.pathname.includes('//')) return 'must not have // in its path'
  const clean = url.pathname === '/' ? url.origin : url.href
  return issuer === clean || issuer === url.href ? undefined : `must be written as ${clean}`
}

export function scopesProblem(scopes: Scopes): string | undefined {
  const names = Object.keys(scopes)
  if (!names.every((name) => name.length <= 100 && isScopeName(name))) {
    return 'must have names of 1 to 100 ASCII characters, without spaces, quotes and backslashes'
  }
  const taken = names.find((name) => openIdScopes.includes(name))
  if (taken !== undefined) return `has ${taken}, which OpenID Connect defines: remove it`
  const isSentence = (text: string) => text.trim() !== '' && text.length <= 200
  return Object.values(scopes).flatMap(textsIn).every(isSentence)
    ? undefined
    : 'must have a sentence of 1 to 200 characters for each scope'
}

export function resourcesProblem(resources: readonly string[]): string | undefined {
  for (const [at, resource] of resources.entries()) {
    const problem = resourceProblem(resource)
    if (problem !== undefined) return `has ${JSON.stringify(resource)}, which ${problem}`
    if (findResource(resources.slice(0, at), resource) !== undefined) return `has ${JSON.stringify(resource)} twice`
  }
  return undefined
}

/** Whether a function such as `mongoDirectory()` made it, of this or another copy of the package. */
export function isDirectory(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'open' in value && typeof value.open === 'function'
}

export function directoriesProblem(directories: readonly { readonly name: string }[]): string | undefined {
  const names = directories.map(({ name }) => name)
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  return twice === undefined ? undefined : `has two directories with the name ${twice}: give one of them another name`
}

/** For what pages load: images and fonts. */
export function loadedUriProblem(uri: string): string | undefined {
  return /^\/[\w./-]+$/.test(uri) && !uri.startsWith('//') ? undefined : webUriProblem(uri)
}

export function supportProblem(address: string): string | undefined {
  if (/^[\w.+-]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(address) && address.length <= 254) return undefined
  if (!address.includes('://')) return 'must be an email address or an https URL'
  return webUriProblem(address)
}
