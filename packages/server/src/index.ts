/** Countersign as a library: an authorization server inside your own program. */
export { ClientError, type ClientProblem, type ClientProblemCode } from './clients/client-error.ts'
export type { RotatedSecret } from './clients/rotate-client-secret.ts'
export type { BrandOptions } from './config/brand-options.ts'
export { defineConfig } from './config/define-config.ts'
export type { Options } from './config/options.ts'
export { type OptionProblem, OptionsError } from './config/options-error.ts'
export type { AttributeDeclaration, AttributeDeclarations, Attributes, AttributeType } from './domain/attribute.ts'
export type { AddedClaims, ClaimsHook, ClaimsRequest } from './domain/claims-hook.ts'
export type { GrantType } from './domain/client.ts'
export type { ClientDeclaration, ClientMetadata } from './domain/client-metadata.ts'
export type {
  CountersignEvent,
  EventListener,
  Granted,
  IncidentHappened,
  LoggedIn,
  LoginFailed,
  Occurrence,
  Refreshed,
  Revoked,
} from './domain/event.ts'
export type {
  Group,
  GroupPage,
  Member,
  MemberPage,
  MembershipSource,
  Role,
  RoleHolder,
  RolePage,
  RoleUserPage,
} from './domain/group.ts'
export type { Incident, RequestFacts } from './domain/incident.ts'
export type { LoginName } from './domain/login-name.ts'
export { OperationError, type OperationProblem } from './domain/operation-error.ts'
export type { Paging } from './domain/paging.ts'
export type { UserAccount } from './domain/user-account.ts'
export type { Clock, Log, PostForm, Random } from './environment.ts'
export type {
  ClientChanges,
  ClientOperations,
  NewClient,
  RegisteredClient,
  RegisteredClientPage,
  RegisteredClientWithSecret,
} from './handle/clients.ts'
export { type Countersign, createCountersign, type NodeRequest, type NodeResponse } from './handle/countersign.ts'
export type { GrantInfo, GrantOperations } from './handle/grants.ts'
export type { GroupOperations } from './handle/groups.ts'
export type { KeyOperations, KeyRevocationOptions, SigningKeyInfo } from './handle/keys.ts'
export type { ListenOptions, OpenPort } from './handle/open-port.ts'
export type { RoleOperations } from './handle/roles.ts'
export type { UserAccountPage, UserOperations } from './handle/users.ts'
export { ClosedError } from './http/running.ts'
export type { ConnectionInfo, Fetch } from './http/web.ts'
export type { KeyRevocation } from './keys/revoke.ts'
export type { Rotation } from './keys/rotate.ts'
export type { KeyRotationOptions } from './keys/rotate-signing-keys.ts'
export { type KeyState, SealedKeysError } from './keys/stored-key.ts'
export type { Environment } from './server.ts'
export { StoreError } from './store/errors.ts'
export type { RejectedRequest } from './trace/rejected-request.ts'
export type { Step } from './trace/trace.ts'
export type { NewUser } from './users/add-user.ts'
export type { DirectoryDeclaration, DirectoryOptions } from './users/directories/directory.ts'
export type { DisabledWhen } from './users/directories/disabled-when.ts'
export { httpDirectory } from './users/directories/http.ts'
export type { HttpDirectoryOptions } from './users/directories/http-options.ts'
export { ldapDirectory } from './users/directories/ldap.ts'
export type {
  LdapAttributes,
  LdapDirectoryOptions,
  LdapGroups,
  LdapPresetName,
} from './users/directories/ldap-options.ts'
export { mongoDirectory } from './users/directories/mongodb.ts'
export type {
  MongoAccounts,
  MongoDirectoryOptions,
  MongoFields,
  MongoPresetName,
} from './users/directories/mongodb-options.ts'
export { sqlDirectory } from './users/directories/sql.ts'
export type { SqlColumns, SqlDirectoryOptions, SqlGroups, SqlPresetName } from './users/directories/sql-options.ts'
export { GroupError, type GroupProblem, type GroupProblemCode } from './users/groups/group-error.ts'
export type { ProfileFields } from './users/profile-changes.ts'
export type { UserFields } from './users/update-user.ts'
export { UserError, type UserProblem, type UserProblemCode } from './users/user-problem.ts'
