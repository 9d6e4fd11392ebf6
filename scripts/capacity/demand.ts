/** What a deployment is used for, and what it runs on: the inputs of the model. Times are in seconds unless the name says otherwise. */

export interface Demand {
  readonly users: number
  /** Logins with a password of each user in a day. Each is one in a browser without a session, or of an application. */
  readonly logins: number
  readonly scheme: 'code' | 'password'
  /** Further applications that each login by the authorization code leads to, without a password: by the session. */
  readonly signOns: number
  /** Hours after its login that an application is in use, and refreshes its tokens. */
  readonly activeHours: number
  /** Share of the logins that end by a logout; under `password`, by the revocation of the refresh token. */
  readonly logouts: number
  /** Wrong passwords for each login. */
  readonly wrongPasswords: number
  /** Access tokens that resource servers check, each second on average. */
  readonly checks: number
  /** A guard checks by itself, and fetches the revocation feed. */
  readonly checkedBy: 'guard' | 'introspection' | 'users-me'
  /** Processes of resource servers whose guards fetch the revocation feed. */
  readonly guards: number
  /** Tokens for services (client credentials), each second on average. */
  readonly serviceTokens: number
  /** How many times more requests the busiest second has than the average one. */
  readonly peak: number
  /** Applications ask for `offline_access`: their grants outlive the session. */
  readonly offline: boolean
  /** Remembered consents of each user: third-party applications. */
  readonly consents: number
  readonly accessTokenLifetime: number
  readonly refreshTokenLifetime: number
  readonly refreshTokenIdleLifetime: number
  readonly sessionLifetime: number
  readonly sessionIdleLifetime: number
}

export interface Machines {
  /** Of each machine that serves. */
  readonly cores: number
  /** Of the machine with PostgreSQL. */
  readonly databaseCores: number
  /** Share of the cores, the disk and the writer that may be used at the peak. */
  readonly use: number
  /** How many times faster a core is than the one of the measurements. */
  readonly coreSpeed: number
  /** Milliseconds of processor time for one password. */
  readonly hashMs: number
  /** How often a second the database's disk confirms a write (fsync). */
  readonly syncs: number
  /** Megabytes a second that the primary's disk and its standbys take of the write-ahead log. */
  readonly logMegabytes: number
}
