/** The option `databaseUrl`: our own form, and the URLs of SQLAlchemy, which readers of the tutorial have in their settings. */

const form = 'must be sqlite: and a path, sqlite::memory:, or postgres://user:password@host/database'

/** Returns the words that follow the option's name, without the URL, which has a password; `undefined` when it is valid. */
export function databaseUrlProblem(url: string): string | undefined {
  if (/\0|%00/.test(url)) return 'must not contain the null character'
  const ours = normalizeDatabaseUrl(url)
  if (ours.startsWith('sqlite:')) return sqliteProblem(ours, url)
  const [, rest = ''] = /^postgres(?:ql)?:\/\/(.+)$/s.exec(ours) ?? []
  return rest === '' ? form : postgresProblem(rest)
}

/**
 * In SQLAlchemy, `sqlite:///app.db` is a relative path and `sqlite:////app.db` an absolute one; `sqlite://` is in memory. The name of a
 * Python driver says nothing about the database.
 */
export function normalizeDatabaseUrl(url: string): string {
  const plain = url
    .replace(/^sqlite\+(?:aiosqlite|pysqlite):\/\//, 'sqlite://')
    .replace(/^(postgres(?:ql)?)\+(?:asyncpg|psycopg|psycopg_async|psycopg2|psycopg2cffi|pg8000):\/\//, '$1://')
  if (/^postgres(?:ql)?:/.test(plain)) return plain.replace(/(?<=\?(?:.*&)?ssl=)[\w-]+/gs, normalizeSsl)
  if (plain === 'sqlite://') return 'sqlite::memory:'
  return plain.replace(/^sqlite:\/{4,}/, 'sqlite:/').replace(/^sqlite:\/\/\//, 'sqlite:')
}

/**
 * `pg` takes each word but `0` for TLS, also `disable` of asyncpg, and knows only `1` and `true` as TLS with a certificate that it checks.
 */
function normalizeSsl(word: string): string {
  if (/^(?:disable|false|no|off)$/i.test(word)) return '0'
  return /^(?:require|verify-ca|verify-full|true|yes|on)$/i.test(word) ? '1' : word
}

function sqliteProblem(ours: string, url: string): string | undefined {
  if (ours.startsWith('sqlite://')) {
    return 'must have three slashes before a relative path and four before an absolute one, such as sqlite:///app.db, or none, such as sqlite:app.db'
  }
  // SQLite gives other names that begin with a colon, and URIs, meanings of their own.
  if (!/^sqlite:(:memory:$|(?!:|file:).)/.test(ours)) return form
  return ours !== url && ours.includes('?')
    ? 'must have nothing after the path: options of a driver, such as ?timeout=20, are not used'
    : undefined
}

/** `rest` is what follows `://`. */
function postgresProblem(rest: string): string | undefined {
  const [, authority = '', path = '', query = ''] = /^([^/?#]*)([^?]*)(.*)$/s.exec(rest) ?? []
  // RFC 3986 §3.2.1 and §2.1: of these, user information has none. Programs disagree about where such a URL has its host.
  const isCut = /@/.test(path) || /^\?[^=]*@/.test(query) || (/@/.test(query) && /:(?!\d*$)/.test(authority))
  if (/@.*@/s.test(authority) || isCut || /#|%(?![0-9a-f]{2})/i.test(rest)) {
    return 'has an unescaped @, /, ?, # or % in its user name, password or database name: write @ as %40, / as %2F, ? as %3F, # as %23 and % as %25'
  }
  // asyncpg's `prefer` and `allow` may end without TLS, which `pg` cannot do.
  if (/[?&]ssl=(?!(?:[01]|no-verify)(?:&|$))/.test(query)) {
    return 'has an ssl that is not known: write ssl=disable for a connection without TLS, or ssl=verify-full for one with TLS'
  }
  if (/,[^@]*$/.test(authority) || /[?&]host=[^&]*,/.test(query)) {
    return 'names several hosts, of which one must be the primary: put haproxy or a virtual address before them, and name that one host'
  }
  // `pg` also reads a user without a host.
  return URL.canParse(`postgres://${rest.replace('@/', '@host/')}`)
    ? parameterProblem(query)
    : 'is not a URL: it must be postgres://user:password@host:port/database, with one host and a number as the port'
}

const timeouts = ['statement_timeout', 'lock_timeout', 'query_timeout', 'idle_in_transaction_session_timeout']

/** `pg` reads `30s` as 30. What does not begin with a number makes it fail when it connects, or is ignored. */
function parameterProblem(query: string): string | undefined {
  for (const [name, value] of new URLSearchParams(query)) {
    if (name === 'port' && value !== '' && !isPort(value)) {
      return 'has a port= that is not a number from 1 to 65535: write port=5432, or leave it out'
    }
    if (timeouts.includes(name) && !/^\d+$/.test(value)) {
      return `has a ${name}= that is not a whole number of milliseconds: write ${name}=3000, or leave it out`
    }
  }
  return undefined
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535
}
