/** Tokens of the service's own, without a user (RFC 6749 §4.4), and what Countersign says of a token (RFC 7662). */
import * as oauth from 'oauth4webapi'
import type { Provider } from './provider.ts'

/** @returns an access token that stands for the service itself */
export async function getOwnToken(
  { server, client, authentication, options }: Provider,
  scope: string,
): Promise<string> {
  const response = await oauth.clientCredentialsGrantRequest(server, client, authentication, { scope }, options)
  return (await oauth.processClientCredentialsResponse(server, client, response)).access_token
}

export async function introspect(provider: Provider, token: string): Promise<oauth.IntrospectionResponse> {
  const { server, client, authentication, options } = provider
  const response = await oauth.introspectionRequest(server, client, authentication, token, options)
  return await oauth.processIntrospectionResponse(server, client, response)
}
