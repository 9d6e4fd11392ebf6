/** The tables of a store, each in a file of its own. */
import { type AttributesTable, attributesTable } from './attributes.ts'
import { type AuthorizationCodesTable, authorizationCodesTable } from './authorization-codes.ts'
import { type ClientsTable, clientsTable } from './clients.ts'
import type { Connection } from './connection.ts'
import { type ConsentsTable, consentsTable } from './consents.ts'
import { type CredentialsTable, credentialsTable } from './credentials.ts'
import { type DirectoryLinksTable, directoryLinksTable } from './directory-links.ts'
import { type FormerDefaultsTable, formerDefaultsTable } from './former-defaults.ts'
import { type GrantsTable, grantsTable } from './grants.ts'
import { type GroupsTable, groupsTable } from './groups.ts'
import { type IncidentsTable, incidentsTable } from './incidents.ts'
import { type InteractionResultsTable, interactionResultsTable } from './interaction-results.ts'
import { type IssuersTable, issuersTable } from './issuers.ts'
import { type ItemsTable, itemsTable } from './items.ts'
import { type LogoutDeliveriesTable, logoutDeliveriesTable } from './logout-deliveries.ts'
import { type ProfilesTable, profilesTable } from './profiles.ts'
import { type RefreshTokensTable, refreshTokensTable } from './refresh-tokens.ts'
import { type RemovalsTable, removalsTable } from './removals.ts'
import { type RestoresTable, restoresTable } from './restores.ts'
import { type RevocationReads, revocationReads } from './revocations.ts'
import { type RevokedTokensTable, revokedTokensTable } from './revoked-tokens.ts'
import { type RolesTable, rolesTable } from './roles.ts'
import { type SessionsTable, sessionsTable } from './sessions.ts'
import { type SigningKeysTable, signingKeysTable } from './signing-keys.ts'
import { type SubjectsTable, subjectsTable } from './subjects.ts'
import { type ThrottleTable, throttleTable } from './throttle.ts'
import { type TokenStatusReads, tokenStatusReads } from './token-status.ts'
import { type TracesTable, tracesTable } from './traces.ts'
import { type Users, usersOn } from './users.ts'

export interface Tables {
  readonly users: Users
  readonly subjects: SubjectsTable
  readonly profiles: ProfilesTable
  readonly credentials: CredentialsTable
  readonly attributes: AttributesTable
  readonly groups: GroupsTable
  readonly roles: RolesTable
  readonly items: ItemsTable
  readonly signingKeys: SigningKeysTable
  readonly throttle: ThrottleTable
  readonly tokenStatus: TokenStatusReads
  readonly traces: TracesTable
  readonly clients: ClientsTable
  readonly sessions: SessionsTable
  readonly interactionResults: InteractionResultsTable
  readonly consents: ConsentsTable
  readonly grants: GrantsTable
  readonly authorizationCodes: AuthorizationCodesTable
  readonly revokedTokens: RevokedTokensTable
  readonly refreshTokens: RefreshTokensTable
  readonly incidents: IncidentsTable
  readonly logoutDeliveries: LogoutDeliveriesTable
  readonly removals: RemovalsTable
  readonly formerDefaults: FormerDefaultsTable
  readonly directoryLinks: DirectoryLinksTable
  readonly restores: RestoresTable
  readonly issuers: IssuersTable
  readonly revocations: RevocationReads
}

/** A table is made when it is used: a transaction needs few of them. */
export function tablesOn(connection: Connection): Tables {
  return {
    get users() {
      return usersOn(connection)
    },
    get subjects() {
      return subjectsTable(connection)
    },
    get directoryLinks() {
      return directoryLinksTable(connection)
    },
    get formerDefaults() {
      return formerDefaultsTable(connection)
    },
    get profiles() {
      return profilesTable(connection)
    },
    get credentials() {
      return credentialsTable(connection)
    },
    get attributes() {
      return attributesTable(connection)
    },
    get groups() {
      return groupsTable(connection)
    },
    get roles() {
      return rolesTable(connection)
    },
    get items() {
      return itemsTable(connection)
    },
    get signingKeys() {
      return signingKeysTable(connection)
    },
    get throttle() {
      return throttleTable(connection)
    },
    get tokenStatus() {
      return tokenStatusReads(connection)
    },
    get traces() {
      return tracesTable(connection)
    },
    get clients() {
      return clientsTable(connection)
    },
    get sessions() {
      return sessionsTable(connection)
    },
    get interactionResults() {
      return interactionResultsTable(connection)
    },
    get consents() {
      return consentsTable(connection)
    },
    get grants() {
      return grantsTable(connection)
    },
    get authorizationCodes() {
      return authorizationCodesTable(connection)
    },
    get revokedTokens() {
      return revokedTokensTable(connection)
    },
    get refreshTokens() {
      return refreshTokensTable(connection)
    },
    get incidents() {
      return incidentsTable(connection)
    },
    get logoutDeliveries() {
      return logoutDeliveriesTable(connection)
    },
    get removals() {
      return removalsTable(connection)
    },
    get restores() {
      return restoresTable(connection)
    },
    get issuers() {
      return issuersTable(connection)
    },
    get revocations() {
      return revocationReads(connection)
    },
  }
}
