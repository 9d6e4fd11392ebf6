/** Countersign as this service sees it: what discovery says, and how the service proves who it is. */
import * as oauth from 'oauth4webapi'

export interface Provider {
  readonly server: oauth.AuthorizationServer
  readonly client: oauth.Client
  readonly authentication: oauth.ClientAuth
  /** Plain http is for this machine alone. */
  readonly options: { readonly [oauth.allowInsecureRequests]: boolean }
}

/** @throws Error that says what to do, when there is no Countersign at the address */
export async function discover(issuer: URL, clientId: string, clientSecret: string): Promise<Provider> {
  const options = { [oauth.allowInsecureRequests]: issuer.protocol === 'http:' }
  const response = await oauth.discoveryRequest(issuer, options).catch((cause: Error) => {
    throw new Error(`Countersign can't be reached at ${issuer.href}: start it with npm start, or set ISSUER`, { cause })
  })
  return {
    // RFC 8414 §3.3: it must say the very issuer that was asked for.
    server: await oauth.processDiscoveryResponse(issuer, response),
    client: { client_id: clientId },
    authentication: oauth.ClientSecretBasic(clientSecret),
    options,
  }
}
