/** The option `databaseUrl`: what is wrong with a value, before anything is opened, and what it names. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Client } from 'pg'
import { databaseUrlProblem, normalizeDatabaseUrl } from '../../src/config/database-url.ts'
import { resolveOptions } from '../../src/config/resolve-options.ts'
import { testSecret } from '../support/server.ts'

for (const url of [
  'sqlite:data/countersign.db',
  'sqlite:./data/countersign.db',
  'sqlite:/var/lib/countersign.db',
  'sqlite:C:\\data\\countersign.db',
  'sqlite:files/file:x.db',
  'sqlite:a?b#c@d.db',
  'sqlite::memory:',
  'postgres://user:password@host/database',
  'postgres://user@host:5432/database',
  'postgres://user:p%40ss%2Fword@[::1]:5432/database?sslmode=require',
  'postgres://user:pass:word@host/database',
  'postgres://user:pass,word@host/database',
  'postgres://user:password@/database?host=/run/postgresql',
  'postgres://%2Frun%2Fpostgresql/database',
  'postgres://host/database?user=me@example.com',
  'postgresql:///database?host=/run/postgresql',
  'postgresql:///database?host=/run/postgresql&port=5433',
  'postgres://host/database?port=',
  'postgres://host/database?port=%35432&statement_timeout=3000',
]) {
  test(`${url} is accepted, and means what it says`, () => {
    assert.equal(databaseUrlProblem(url), undefined)
    assert.equal(normalizeDatabaseUrl(url), url)
  })
}

/** The URLs of SQLAlchemy, which the tutorial's readers have: three slashes, then the path. */
for (const [url, meaning] of [
  ['sqlite:///./app.db', 'sqlite:./app.db'],
  ['sqlite:///app.db', 'sqlite:app.db'],
  ['sqlite:///../data/app.db', 'sqlite:../data/app.db'],
  ['sqlite:////var/lib/app.db', 'sqlite:/var/lib/app.db'],
  ['sqlite://///var/lib/app.db', 'sqlite:/var/lib/app.db'],
  ['sqlite:///C:\\data\\app.db', 'sqlite:C:\\data\\app.db'],
  ['sqlite:///:memory:', 'sqlite::memory:'],
  ['sqlite://', 'sqlite::memory:'],
  ['sqlite+aiosqlite:///./app.db', 'sqlite:./app.db'],
  ['sqlite+pysqlite:////var/lib/app.db', 'sqlite:/var/lib/app.db'],
  ['sqlite+aiosqlite://', 'sqlite::memory:'],
  ['postgresql+asyncpg://user:password@host/database', 'postgresql://user:password@host/database'],
  ['postgresql+psycopg2://user:password@host/database', 'postgresql://user:password@host/database'],
  ['postgresql+psycopg://host/database?sslmode=require', 'postgresql://host/database?sslmode=require'],
  ['postgresql+psycopg_async://host/database', 'postgresql://host/database'],
  ['postgresql+psycopg2cffi://host/database', 'postgresql://host/database'],
  ['postgres+pg8000://host/database', 'postgres://host/database'],
  ['postgresql+asyncpg://host/database?ssl=disable', 'postgresql://host/database?ssl=0'],
  ['postgresql+asyncpg://host/database?ssl=require&x=ssl', 'postgresql://host/database?ssl=1&x=ssl'],
  ['postgresql+asyncpg://user:p&ssl=off@host/database', 'postgresql://user:p&ssl=off@host/database'],
] as const) {
  test(`${url} is ${meaning}`, () => {
    assert.equal(databaseUrlProblem(url), undefined)
    assert.equal(normalizeDatabaseUrl(url), meaning)
    assert.equal(normalizeDatabaseUrl(meaning), meaning)
    assert.equal(resolveOptions({ secretKey: testSecret, databaseUrl: url }).databaseUrl, meaning)
  })
}

for (const [scheme, words, ssl] of [
  ['postgresql+asyncpg', ['disable', 'false', 'False', 'no', 'off', '0'], false],
  ['postgres', ['disable', 'false'], false],
  ['postgresql+asyncpg', ['require', 'verify-ca', 'verify-full', 'true', 'True', 'yes', 'on', '1'], true],
  ['postgres', ['no-verify'], { rejectUnauthorized: false }],
] as const) {
  for (const word of words) {
    test(`${scheme}: ssl=${word} connects ${ssl === false ? 'without' : 'with'} TLS`, () => {
      const url = `${scheme}://user@host/database?application_name=x&ssl=${word}`
      assert.equal(databaseUrlProblem(url), undefined)
      assert.deepEqual(new Client(normalizeDatabaseUrl(url)).ssl, ssl)
    })
  }
}

test('ssl=disable does not take TLS from a URL whose sslmode demands it', () => {
  for (const query of ['sslmode=verify-full&ssl=disable', 'ssl=disable&sslmode=verify-full']) {
    assert.deepEqual(new Client(normalizeDatabaseUrl(`postgres://host/database?${query}`)).ssl, {})
  }
})

const form = 'must be sqlite: and a path, sqlite::memory:, or postgres://user:password@host/database'
const slashes =
  'must have three slashes before a relative path and four before an absolute one, such as sqlite:///app.db, or none, such as sqlite:app.db'
const query = 'must have nothing after the path: options of a driver, such as ?timeout=20, are not used'

const ssl =
  'has an ssl that is not known: write ssl=disable for a connection without TLS, or ssl=verify-full for one with TLS'

const hosts =
  'names several hosts, of which one must be the primary: put haproxy or a virtual address before them, and name that one host'

const port = 'has a port= that is not a number from 1 to 65535: write port=5432, or leave it out'

function timeout(name: string): string {
  return `has a ${name}= that is not a whole number of milliseconds: write ${name}=3000, or leave it out`
}

for (const [url, problem] of [
  ['', form],
  ['postgres://one.example.com,two.example.com/database', hosts],
  ['postgres://user:hunter2@one:5432,two:5432/database?target_session_attrs=primary', hosts],
  ['postgres:///database?host=one,two', hosts],
  ['sqlite:', form],
  ['sqlite:///', form],
  ['postgres://', form],
  ['postgresql+asyncpg://', form],
  ['mysql://host/database', form],
  ['mysql+pymysql://host/database', form],
  ['sqlite+aiosqlite:app.db', form],
  ['sqlite+pysqlcipher://:key@/app.db', form],
  ['postgresql+unknown://host/database', form],
  ['sqlite::memory:?x', form],
  ['sqlite::memory', form],
  ['sqlite::MEMORY:', form],
  ['sqlite::memory: ', form],
  ['sqlite:file:x?mode=memory', form],
  ['sqlite:///file:x.db', form],
  ['sqlite:///:memory', form],
  ['sqlite://app.db', slashes],
  ['sqlite://./app.db', slashes],
  ['sqlite+aiosqlite://app.db', slashes],
  ['sqlite:///app.db?check_same_thread=false', query],
  ['postgresql+asyncpg://host/database?ssl=prefer', ssl],
  ['postgresql+asyncpg://host/database?ssl=allow', ssl],
  ['postgres://host/database?x=y&ssl=', ssl],
  ['postgres://host/database?ssl=disabled', ssl],
  ['sqlite:a\0b', 'must not contain the null character'],
  ['postgres://host/a\0b', 'must not contain the null character'],
  ['postgres://user:hunter2@host/database?host=a%00b', 'must not contain the null character'],
  ...['abc', '0', '65536', '-1', '5.5', '5432x', '0x10', '1e3', '5432&port=abc'].map(
    (value) => [`postgres://user:hunter2@host/database?port=${value}`, port] as const,
  ),
  ['postgresql+asyncpg:///database?host=/run/postgresql&port=abc', port],
  ['postgres://host/database?statement_timeout=30s', timeout('statement_timeout')],
  ['postgres://host/database?lock_timeout=', timeout('lock_timeout')],
  ['postgres://host/database?query_timeout=abc', timeout('query_timeout')],
  ['postgres://host/database?idle_in_transaction_session_timeout=-1', timeout('idle_in_transaction_session_timeout')],
] as const) {
  test(`${JSON.stringify(url)} is rejected`, () => {
    assert.equal(databaseUrlProblem(url), problem)
  })
}

const reserved =
  'has an unescaped @, /, ?, # or % in its user name, password or database name: write @ as %40, / as %2F, ? as %3F, # as %23 and % as %25'

for (const password of [
  'p@ss',
  '@',
  'a@b@c',
  'p/ss',
  '12/34',
  'p?ss',
  '12?34',
  'p#ss',
  '12#34',
  'p%ss',
  '50%',
  'p@s/s',
  '/@#?',
]) {
  for (const scheme of ['postgres', 'postgresql', 'postgresql+asyncpg']) {
    test(`${scheme}: the password ${password} has a character that must be escaped`, () => {
      assert.equal(databaseUrlProblem(`${scheme}://user:${password}@db.example.com:5432/app`), reserved)
    })
  }
  test(`the password ${password}, escaped, is the one that PostgreSQL gets`, () => {
    const url = `postgres://user:${encodeURIComponent(password)}@db.example.com:5432/app`
    assert.equal(databaseUrlProblem(url), undefined)
    const client = new Client(url)
    assert.deepEqual(
      [client.user, client.password, client.host, client.database],
      ['user', password, 'db.example.com', 'app'],
    )
  })
}

for (const url of ['postgres://user:hunter2@host:port/database', 'postgres://user:hunter2@a b/database']) {
  test(`${url} is no URL, and the sentence does not repeat its password`, () => {
    assert.equal(
      databaseUrlProblem(url),
      'is not a URL: it must be postgres://user:password@host:port/database, with one host and a number as the port',
    )
  })
}
