/** Users in a file of SQLite, and in databases that are down. */
import { defineConfig, mongoDirectory, sqlDirectory } from 'countersign'

const { SHOP_DATABASE_URL } = process.env
if (!SHOP_DATABASE_URL) throw new Error('set SHOP_DATABASE_URL')

const down = {
  timeout: 1,
  columns: { username: 'login', passwordHash: 'hash' },
  disabled: {},
  table: 'people',
} as const

export default defineConfig({
  directories: [
    sqlDirectory({ name: 'shop', preset: 'laravel', url: SHOP_DATABASE_URL }),
    sqlDirectory({ ...down, name: 'mysql', url: 'mysql://app:s3cret@127.0.0.1:1/app' }),
    sqlDirectory({ ...down, name: 'postgres', url: 'postgres://app:s3cret@127.0.0.1:1/app' }),
    mongoDirectory({ url: 'mongodb://app:s3cret@127.0.0.1:1/app', timeout: 1 }),
  ],
})
