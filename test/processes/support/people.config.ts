/** One directory: a table of people in the database that PEOPLE_DATABASE_URL names. */
import { defineConfig, sqlDirectory } from 'countersign'

const { PEOPLE_DATABASE_URL = '' } = process.env

export default defineConfig({
  directories: [
    sqlDirectory({
      name: 'people',
      url: PEOPLE_DATABASE_URL,
      table: 'people',
      columns: { username: 'login', passwordHash: 'hash' },
      disabled: {},
    }),
  ],
})
