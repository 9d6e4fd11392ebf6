/** `countersign directories list`. */

import type { LinkCounts } from '../../store/directory-links.ts'
import type { DirectoryDeclaration } from '../../users/directories/directory.ts'
import { type List, printList } from '../terminal/list.ts'
import { withDirectories } from './with-directories.ts'

interface Row extends LinkCounts, Pick<DirectoryDeclaration, 'name' | 'kind' | 'maxAge' | 'migrate' | 'writable'> {}

const table: List<Row> = {
  columns: [
    { title: 'NAME', text: ({ name }) => name },
    { title: 'KIND', text: ({ kind }) => kind },
    { title: 'USERS HERE', text: ({ linked }) => String(linked) },
    { title: 'OUT', text: ({ out }) => String(out) },
    { title: 'TAKEN OVER', text: ({ migrated }) => String(migrated) },
  ],
  json: ({ name, kind, maxAge, migrate, writable, linked, out, migrated }) => ({
    name,
    kind,
    max_age: maxAge,
    migrate,
    writable,
    users: linked,
    out,
    migrated,
  }),
  whenEmpty: 'There are no directories.',
}

export function list(isJson: boolean): Promise<void> {
  return withDirectories(async ({ directoryLinks }, { all }) => {
    const rows: Row[] = []
    for (const { declaration } of all) {
      const { name, kind, maxAge, migrate, writable } = declaration
      rows.push({ name, kind, maxAge, migrate, writable, ...(await directoryLinks.count(name)) })
    }
    await printList(table, rows, isJson)
  })
}
