/**
 * What known software needs of its registration, for `clients add --for`: the one table, from which docs/guides/known-software.md is made.
 * Each row follows the documentation of the software that it names.
 */
import type { ClientMetadata } from '../domain/client-metadata.ts'

type Registration = Omit<ClientMetadata, 'client_id'>

export interface KnownSoftware {
  /** The name that users read. */
  readonly title: string
  /** Where it takes codes, below its own address. */
  readonly redirectPaths: readonly string[]
  /** Where its programs on a user's machine take codes. @default none */
  readonly localRedirectUris?: readonly string[]
  /** Where browsers may return to after a logout, below its address. @default none */
  readonly logoutPath?: string
  /** Where it takes logout tokens, below its address. @default none */
  readonly backchannelLogoutPath?: string
  readonly metadata: Registration
  /** What to set there, beside the issuer, the client id and the secret: words that follow its name and a colon. */
  readonly settings: string
  /** Its own documentation. */
  readonly source: string
  /** The version that logged a user in with this registration. @default none */
  readonly tried?: string
}

const refreshes = ['authorization_code', 'refresh_token'] as const
const profile = 'openid profile email offline_access'
const withGroups = `${profile} groups`

export const knownSoftware: Readonly<Record<string, KnownSoftware>> = {
  'auth.js': {
    title: 'Auth.js',
    redirectPaths: ['/auth/callback/countersign', '/api/auth/callback/countersign'],
    metadata: { grant_types: refreshes, scope: profile, id_token_claims: 'scopes' },
    settings: 'a provider of the type `oidc` with the id `countersign` and the scope `openid profile email`',
    source: 'https://authjs.dev/guides/configuring-oauth-providers',
    tried: '@auth/core 0.41.3',
  },
  'next-auth': {
    title: 'next-auth 4',
    redirectPaths: ['/api/auth/callback/countersign'],
    metadata: { grant_types: refreshes, scope: profile, id_token_claims: 'scopes' },
    settings: "a provider with the id `countersign`, `wellKnown`, `idToken: true` and `checks: ['pkce', 'state']`",
    source: 'https://next-auth.js.org/configuration/providers/oauth',
    tried: '4.24.15',
  },
  'better-auth': {
    title: 'better-auth',
    redirectPaths: ['/api/auth/callback/countersign'],
    metadata: { grant_types: refreshes, scope: profile },
    settings: '`genericOAuth` with the `providerId` `countersign` and a `discoveryUrl`',
    source: 'https://better-auth.com/docs/plugins/generic-oauth',
    tried: '1.7.25',
  },
  passport: {
    title: 'Passport',
    redirectPaths: ['/callback'],
    metadata: { grant_types: refreshes, scope: profile },
    settings: 'passport-oauth2 with `pkce: true` and `state: true`',
    source: 'https://www.passportjs.org/packages/passport-oauth2/',
    tried: 'passport-oauth2 1.8.0',
  },
  'passport-openidconnect': {
    title: 'Passport',
    redirectPaths: ['/callback'],
    metadata: { grant_types: refreshes, scope: profile, id_token_claims: 'scopes' },
    settings: "`nonce: true` and `scope: ['profile', 'email']`",
    source: 'https://www.passportjs.org/packages/passport-openidconnect/',
    tried: 'passport-openidconnect 0.1.2',
  },
  kubernetes: {
    title: 'Kubernetes',
    redirectPaths: [],
    localRedirectUris: ['http://localhost:8000', 'http://localhost:18000'],
    metadata: {
      token_endpoint_auth_method: 'none',
      grant_types: refreshes,
      scope: withGroups,
      application_type: 'native',
      id_token_claims: 'scopes',
    },
    settings:
      'the API server takes `--oidc-username-claim=email` and `--oidc-groups-claim=groups`, and an issuer with https; kubelogin takes `--oidc-extra-scope=email,groups`',
    source: 'https://kubernetes.io/docs/reference/access-authn-authz/authentication/#openid-connect-tokens',
  },
  headlamp: {
    title: 'Headlamp',
    redirectPaths: ['/oidc-callback'],
    metadata: { grant_types: refreshes, scope: withGroups, id_token_claims: 'scopes' },
    settings:
      '`-oidc-use-pkce` and `-oidc-scopes=profile,email,groups`; the API server of the cluster must expect this client id',
    source: 'https://headlamp.dev/docs/latest/installation/in-cluster/oidc/',
  },
  argocd: {
    title: 'Argo CD',
    redirectPaths: ['/auth/callback', '/pkce/verify'],
    localRedirectUris: ['http://localhost:8085/auth/callback'],
    logoutPath: '/applications',
    metadata: {
      token_endpoint_auth_method: 'none',
      grant_types: refreshes,
      scope: withGroups,
      id_token_claims: 'scopes',
    },
    settings:
      '`oidc.config` with `enablePKCEAuthentication: true` and `requestedScopes: [openid, profile, email, groups]`; in `argocd-rbac-cm`, `scopes` is `[groups]`',
    source: 'https://argo-cd.readthedocs.io/en/stable/operator-manual/user-management/keycloak/',
  },
  grafana: {
    title: 'Grafana',
    redirectPaths: ['/login/generic_oauth'],
    metadata: { grant_types: refreshes, scope: `${withGroups} roles` },
    settings:
      '`[auth.generic_oauth]` with `use_pkce = true`, `use_refresh_token = true`, `scopes = openid profile email groups roles offline_access` and `groups_attribute_path = groups`; `role_attribute_path` reads `groups` or `roles`',
    source:
      'https://grafana.com/docs/grafana/latest/setup-grafana/configure-security/configure-authentication/generic-oauth/',
  },
  gitea: {
    title: 'Gitea',
    redirectPaths: ['/user/oauth2/countersign/callback'],
    metadata: { grant_types: refreshes, scope: withGroups, require_pkce: false },
    settings:
      'an authentication source of the type OpenID Connect with the name `countersign`, the scopes `profile email groups` and the group claim `groups`',
    source: 'https://docs.gitea.com/administration/command-line#admin',
  },
  nextcloud: {
    title: 'Nextcloud',
    redirectPaths: ['/apps/user_oidc/code', '/index.php/apps/user_oidc/code'],
    backchannelLogoutPath: '/apps/user_oidc/backchannel-logout/countersign',
    metadata: {
      grant_types: refreshes,
      scope: withGroups,
      id_token_claims: 'scopes',
      backchannel_logout_session_required: true,
    },
    settings:
      'the app `user_oidc` with a provider that has the identifier `countersign` and the scopes `openid profile email groups`',
    source: 'https://github.com/nextcloud/user_oidc',
  },
  vault: {
    title: 'Vault',
    redirectPaths: ['/ui/vault/auth/oidc/oidc/callback'],
    localRedirectUris: ['http://localhost:8250/oidc/callback'],
    metadata: { scope: 'openid profile email groups' },
    settings:
      'a role with both redirect URIs in `allowed_redirect_uris`, `oidc_scopes=profile,email,groups` and `groups_claim=groups`',
    source: 'https://developer.hashicorp.com/vault/docs/auth/jwt',
  },
  'oauth2-proxy': {
    title: 'OAuth2 Proxy',
    redirectPaths: ['/oauth2/callback'],
    metadata: { grant_types: refreshes, scope: withGroups, id_token_claims: 'scopes' },
    settings:
      '`--provider=oidc`, `--code-challenge-method=S256`, `--scope="openid profile email groups"` and `--oidc-groups-claim=groups`',
    source: 'https://oauth2-proxy.github.io/oauth2-proxy/configuration/providers/openid_connect',
  },
}

/** The registration of the software at the address `url`, which has neither a query nor a fragment. */
export function metadataFor(software: KnownSoftware, url: string): Registration {
  const base = url.replace(/\/+$/, '')
  const { title, redirectPaths, localRedirectUris = [], logoutPath, backchannelLogoutPath, metadata } = software
  return {
    client_name: title,
    // OIDC Core §15.1: what each of them supports, whatever the deployment's default is.
    id_token_signed_response_alg: 'RS256',
    ...metadata,
    redirect_uris: [...redirectPaths.map((path) => `${base}${path}`), ...localRedirectUris],
    ...(logoutPath !== undefined && { post_logout_redirect_uris: [`${base}${logoutPath}`] }),
    ...(backchannelLogoutPath !== undefined && { backchannel_logout_uri: `${base}${backchannelLogoutPath}` }),
  }
}
