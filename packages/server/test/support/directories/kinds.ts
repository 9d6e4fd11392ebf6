/** All kinds of directories that have a real server in the tests. */
import type { DirectoryKind } from './kind.ts'
import { mongoKind } from './mongo-kind.ts'
import { sqlKinds } from './sql-kinds.ts'

export const directoryKinds: readonly DirectoryKind[] = [...sqlKinds, mongoKind]
