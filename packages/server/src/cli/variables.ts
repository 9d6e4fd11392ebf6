/** The environment variables that the command reads. */

/** Each with the option that it sets. */
export const optionVariables = [
  ['SECRET_KEY', 'secretKey'],
  ['ALGORITHM', 'algorithm'],
  ['ID_TOKEN_ALGORITHM', 'idTokenAlgorithm'],
  ['ACCESS_TOKEN_EXPIRE_MINUTES', 'accessTokenExpireMinutes'],
  ['ISSUER', 'issuer'],
  ['DATABASE_URL', 'databaseUrl'],
  ['DATABASE_POOL_SIZE', 'databasePoolSize'],
  ['DATABASE_RESERVE', 'databaseReserve'],
  ['DATABASE_WAIT_TIMEOUT', 'databaseWaitTimeout'],
  ['DATABASE_STATEMENT_TIMEOUT', 'databaseStatementTimeout'],
  ['DATABASE_LOCK_TIMEOUT', 'databaseLockTimeout'],
  ['PASSWORD_GRANT', 'passwordGrant'],
  ['LOGIN_WITH', 'loginWith'],
  ['TRUSTED_PROXIES', 'trustedProxies'],
  ['RESOURCES', 'resources'],
  ['KEEP_ALIVE_TIMEOUT', 'keepAliveTimeout'],
  ['SHUTDOWN_DELAY', 'shutdownDelay'],
  ['UNSAFE_HTTP_HOSTS', 'unsafeHttpHosts'],
  ['UNSAFE_DATABASE_SETTINGS', 'unsafeDatabaseSettings'],
] as const

/** These are about the process, not about the server. */
const processVariables = [
  'HOST',
  'PORT',
  'WORKERS',
  'DATA_DIR',
  'LOG_LEVEL',
  'COUNTERSIGN_CONFIG',
  'METRICS_PORT',
  'METRICS_HOST',
] as const

/** A variable that all commands read, or the one of `countersign keys reseal`. */
export type Variable = (typeof optionVariables)[number][0] | (typeof processVariables)[number] | 'FORMER_SECRET_KEY'

/** Those that all commands read. */
export const variableNames: readonly string[] = [...optionVariables.map(([variable]) => variable), ...processVariables]
