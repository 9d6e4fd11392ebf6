/** The checks through the public URL: what any client on the internet sees. */
import { type Random, systemClock } from '../../environment.ts'
import type { Store } from '../../store/open.ts'
import { newPkce } from '../../user-agent/code-flow.ts'
import { checkAddress, checkSameDatabase, madeUpAddress, readAddress } from './address.ts'
import { openBrowser } from './browser.ts'
import { checkClock } from './clock.ts'
import { checkCors } from './cors.ts'
import { type Finding, notesOf } from './finding.ts'
import { checkHttps, type PlainResponse } from './http.ts'
import { checkJwks } from './jwks.ts'
import { authorizeUrl, type Credentials, type LoginClient, tryLogin } from './login.ts'
import { checkLoginPage, longStateLength } from './login-page.ts'
import { checkEndpoints, checkMetadata, type MetadataDocument, type MetadataUrl, metadataUrls } from './metadata.ts'
import { jsonIn, type ProbeResponse, probe, Unreachable } from './probe.ts'
import { checkAuthorization, checkResponses, checkSpoofing, spoofedHeaders } from './proxy.ts'
import { checkPublicPages, publicPaths } from './public-pages.ts'
import { checkReadiness } from './readiness.ts'
import type { Step } from './steps.ts'
import { checkTls, readTls } from './tls.ts'
import { checkToken } from './token.ts'

export interface Target {
  /** The URL that clients are given. */
  readonly issuer: string
  /** The issuer of the configuration, where there is one. */
  readonly configured: string | undefined
  readonly client: LoginClient | undefined
  /** The origin of a client's scripts. */
  readonly clientOrigin: string | undefined
  readonly credentials: Credentials | undefined
  /** `undefined`: the database cannot be read here. */
  readonly store: Store | undefined
  readonly trustedProxies: readonly string[]
  /** The option, where the configuration is here. */
  readonly metricsPath?: string | undefined
  readonly random: Random
}

/** What the later steps need of the first one. */
export interface Reached {
  readonly findings: readonly Finding[]
  /** `undefined`: there is no Countersign at the URL, and no more to ask. */
  readonly first: { readonly document: Readonly<Record<string, unknown>>; readonly response: ProbeResponse } | undefined
}

/** Reads the discovery documents. */
export async function reach({ issuer, configured }: Target): Promise<Reached> {
  let documents: readonly MetadataDocument[]
  try {
    const read = async (place: MetadataUrl) => ({ ...place, response: await probe(place.url) })
    documents = await Promise.all(metadataUrls(issuer).map(read))
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error
    const fix = 'Start the server and the proxy, and check the name in DNS, the port and the firewall.'
    const notes = notesOf('discovery')
    const rest = 'All other checks through the URL: it does not respond.'
    return {
      findings: [notes.problem(`${issuer} does not respond: ${error.message}.`, fix), notes.skipped(rest)],
      first: undefined,
    }
  }
  const findings = checkMetadata(issuer, configured, documents)
  const [response] = documents.map((document) => document.response)
  const document = response?.status === 200 ? jsonIn(response) : undefined
  if (response !== undefined && document !== undefined) return { findings, first: { document, response } }
  const rest = notesOf('discovery').skipped('All other checks through the URL: they need the discovery document.')
  return { findings: [...findings, rest], first: undefined }
}

export function outsideSteps(target: Target, { document, response }: NonNullable<Reached['first']>): readonly Step[] {
  const { issuer, client, random } = target
  const base = issuer.replace(/\/$/, '')
  const url = new URL(issuer)
  const isHttps = url.protocol === 'https:'
  return [
    { name: 'endpoints', run: async () => checkEndpoints(issuer, document) },
    // A proxy that keeps it from the public may answer with 404, or not at all.
    { name: 'readiness', run: async () => checkReadiness(await probe(`${base}/readyz`).catch(noResponse)) },
    { name: 'jwks', run: async () => checkJwks(await probe(`${base}/.well-known/jwks.json`)) },
    // Of a response that no cache keeps, whose Date is that of now.
    { name: 'clock', run: async () => checkClock(await probe(`${base}/users/me`)) },
    ...(isHttps
      ? [
          { name: 'tls', run: () => tls(url) },
          { name: 'https', run: async () => checkHttps(issuer, response, await plainResponse(url)) },
        ]
      : []),
    {
      name: 'proxy',
      run: async () => {
        const protectedUrl = `${base}/users/me`
        const withoutToken = await probe(protectedUrl)
        return [
          ...checkResponses(withoutToken, await probe(protectedUrl)),
          ...checkAuthorization(
            withoutToken,
            await probe(protectedUrl, { headers: { authorization: 'Bearer doctor' } }),
          ),
          ...(await spoofing(base, response, random)),
        ]
      },
    },
    { name: 'address', run: () => address(target, base) },
    { name: 'cors', run: () => cors(target, base) },
    {
      name: 'public',
      run: async () => {
        const pages = []
        const paths = new Set([...publicPaths, ...(target.metricsPath === undefined ? [] : [target.metricsPath])])
        for (const path of paths) pages.push({ path, response: await probe(`${base}${path}`) })
        return checkPublicPages(pages)
      },
    },
    { name: 'token', run: () => token(client, base, random) },
    { name: 'login-page', run: () => loginPage(target, base) },
    { name: 'login', run: () => login(target, isHttps ? () => tls(url) : async () => []) },
  ]
}

/** @throws the error again when it is our bug */
function noResponse(error: unknown): undefined {
  if (!(error instanceof Unreachable)) throw error
}

async function tls({ hostname, port }: URL): Promise<readonly Finding[]> {
  return checkTls(await readTls(hostname, Number(port || 443)), systemClock())
}

/** Only where https has its usual port is http at a known one. */
async function plainResponse({ port, host, pathname }: URL): Promise<PlainResponse> {
  if (port !== '') return 'untried'
  return await probe(`http://${host}${pathname}`).catch(() => 'silent' as const)
}

async function spoofing(base: string, usual: ProbeResponse, random: Random): Promise<readonly Finding[]> {
  const headers = spoofedHeaders(madeUpAddress(random))
  return checkSpoofing(usual, await probe(`${base}/.well-known/openid-configuration`, { headers }))
}

/** A client that is not registered: its wrong secret is counted for the address, and for no client. */
async function address({ store, trustedProxies, random }: Target, base: string): Promise<readonly Finding[]> {
  if (store === undefined) {
    return [
      notesOf('address').skipped(
        'Whose address a request counts for: it stands in the database, which is not readable here.',
      ),
    ]
  }
  const madeUp = madeUpAddress(random)
  const form = { ...neverIssued, client_id: `doctor-${random.id()}`, client_secret: 'doctor' }
  const { response, ...facts } = await readAddress(store, trustedProxies, madeUp, () =>
    post(`${base}/token`, form, spoofedHeaders(madeUp)),
  )
  const recorded = await checkSameDatabase(store, response)
  return recorded.some(({ severity }) => severity === 'problem') ? recorded : [...recorded, ...checkAddress(facts)]
}

const neverIssued = { grant_type: 'authorization_code', code: 'never-issued', redirect_uri: 'https://doctor.invalid/' }

function post(
  url: string,
  form: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<ProbeResponse> {
  return probe(url, { method: 'POST', headers, body: new URLSearchParams(form).toString() })
}

async function cors({ clientOrigin }: Target, base: string): Promise<readonly Finding[]> {
  const ask = async (origin: string) => ({
    origin,
    preflight: await probe(`${base}/token`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
    }),
    // An error that is counted nowhere.
    response: await post(`${base}/token`, { grant_type: 'doctor' }, { origin }),
  })
  const origin = 'https://doctor.invalid'
  const success = await probe(`${base}/healthz`, { headers: { origin } })
  return checkCors(
    { ...(await ask(origin)), success },
    clientOrigin === undefined ? undefined : await ask(clientOrigin),
  )
}

const noClient = 'no client is known. Name one: --client ID --redirect-uri URI'

async function token(client: LoginClient | undefined, base: string, random: Random): Promise<readonly Finding[]> {
  const id = client?.isPublic ? client.id : `doctor-${random.id()}`
  const form = { ...neverIssued, client_id: id, code_verifier: newPkce(random).verifier }
  return checkToken(await post(`${base}/token`, form), client?.isPublic ? 'invalid_grant' : 'invalid_client')
}

async function loginPage({ issuer, client, random }: Target, base: string): Promise<readonly Finding[]> {
  if (client === undefined) return [notesOf('login-page').skipped(`The login page: ${noClient}`)]
  const { agent, cookies } = openBrowser(issuer, client.redirectUri, probe)
  const page = await agent.open(authorizeUrl(base, client, newPkce(random).challenge, random))
  const hasForm = page.status === 200 && /<form\b/.test(page.body) && page.body.includes('name="password"')
  const posted = hasForm ? await agent.submit(page, { username: '', password: '' }) : undefined
  const cancelled = hasForm ? await agent.submit(page, { decision: 'cancel' }) : undefined
  const state = 's'.repeat(longStateLength)
  const request = authorizeUrl(base, client, newPkce(random).challenge, random, { state })
  const long = hasForm ? await agent.open(request) : undefined
  return checkLoginPage(issuer, client.redirectUri, {
    page,
    cookies,
    posted: posted?.status,
    cancelled: cancelled?.url,
    long: long?.status,
  })
}

async function login(target: Target, checkedTls: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  const { issuer, client, credentials, random } = target
  const notes = notesOf('login')
  const what = 'Login, tokens, userinfo, refresh, revocation and logout'
  if (credentials === undefined) return [notes.skipped(`${what}: name a user with --user.`)]
  if (client === undefined) return [notes.skipped(`${what}: ${noClient}`)]
  if (!client.isPublic) {
    return [
      notes.skipped(`${what}: ${client.id} has a secret, which is not known here. Name a public client with --client.`),
    ]
  }
  if ((await checkedTls()).some(({ severity }) => severity === 'problem')) {
    return [notes.skipped(`${what}: no password is sent where the certificate is not valid.`)]
  }
  return await tryLogin(issuer, client, credentials, random)
}
