/** Each start of a server looks for demo users. Without an index, it reads all credentials. */
import type { AddedIndex } from '../migration.ts'

export const indexes: readonly AddedIndex[] = [
  { name: 'credentials_demo', table: 'credentials', columns: ['subject_id'], where: 'is_demo = 1' },
]

export async function up(): Promise<void> {}
