/** docs/guides/known-software.md, from the server's own table: npm run docs */
import { type KnownSoftware, knownSoftware } from '../packages/server/src/clients/known-software.ts'

export const knownSoftwareFile: URL = new URL('../docs/guides/known-software.md', import.meta.url)

const introduction = `<!-- Made from packages/server/src/clients/known-software.ts by: npm run docs -->

# Known software

\`clients add --for\` registers software with what it needs: its redirect URIs, whether it has a secret, PKCE, the scopes, RS256, and the claims in its ID tokens. \`--url\` is where it is. The command comes with the server:
\`npm install countersign\`, then \`npx countersign\`.

\`\`\`console
$ countersign clients add argocd --for argocd --url https://argocd.example.com
Added argocd.
client_id      argocd
In Argo CD: oidc.config with enablePKCEAuthentication: true and requestedScopes: [openid, profile, email, groups]; in argocd-rbac-cm, scopes is [groups].
See https://argo-cd.readthedocs.io/en/stable/operator-manual/user-management/keycloak/
\`\`\`

The other flags of \`clients add\` come before what the table sets: \`--redirect-uri\` for another path, \`--first-party\` for no consent page. In the software, set the issuer, the client id, the secret and what the
table says. The rows follow the documentation that they link. Those with a version were tried with a login in that version; the others were not tried with the software itself.
[Groups and roles](groups-and-roles.md) are what most of it reads for its own rights.

| \`--for\` | redirect URIs, below \`--url\` | registered with | to set there |
|---|---|---|---|
`

export function knownSoftwareText(): string {
  return introduction + Object.entries(knownSoftware).map(rowOf).join('')
}

function rowOf([name, software]: readonly [string, KnownSoftware]): string {
  const { title, redirectPaths, localRedirectUris = [], settings, source, tried } = software
  const uris = [...redirectPaths, ...localRedirectUris].map((uri) => `\`${uri}\``).join(', ')
  const shown = tried === undefined ? title : `${title} (tried: ${tried})`
  return `| [\`${name}\`](${source}), ${shown} | ${uris} | ${registrationOf(software)} | ${settings} |\n`
}

function registrationOf({ metadata, logoutPath, backchannelLogoutPath }: KnownSoftware): string {
  const { grant_types: _types, ...members } = metadata
  const named = {
    ...members,
    ...(logoutPath !== undefined && { post_logout_redirect_uris: logoutPath }),
    ...(backchannelLogoutPath !== undefined && { backchannel_logout_uri: backchannelLogoutPath }),
  }
  return Object.entries(named)
    .map(([member, value]) => `\`${member}\` \`${String(value)}\``)
    .join(', ')
}
