/** The names that a long import has seen: in a temporary database of their own, since a million of them is too much for memory. */
import { DatabaseSync } from 'node:sqlite'

/** `twin` is the Latin username that another one looks like. */
export type SeenKind = 'id' | 'username' | 'twin'

export interface SeenNames {
  /** Where the name was seen before; otherwise `undefined`, and it is remembered with this place. */
  readonly note: (kind: SeenKind, name: string, place: string) => string | undefined
  readonly find: (kind: SeenKind, name: string) => string | undefined
  readonly close: () => void
}

export function openSeenNames(): SeenNames {
  // https://sqlite.org/inmemorydb.html#temp_db: a private file that is removed when it is closed, written only when the cache is full.
  const database = new DatabaseSync('')
  database.exec(`
    pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -4000;
    create table seen (kind text not null, name text not null, place text not null, primary key (kind, name)) without rowid;
    begin`)
  const insert = database.prepare('insert into seen (kind, name, place) values (?, ?, ?) on conflict do nothing')
  const select = database.prepare('select place from seen where kind = ? and name = ?')
  const find: SeenNames['find'] = (kind, name) => {
    const place = select.get(kind, name)?.['place']
    return typeof place === 'string' ? place : undefined
  }
  return {
    note: (kind, name, place) => (Number(insert.run(kind, name, place).changes) === 1 ? undefined : find(kind, name)),
    find,
    close: () => database.close(),
  }
}
