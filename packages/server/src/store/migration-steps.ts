/** What a statement of a migration does, and whether it only expands: whether the version before can go on with the database. */
import type {
  AddColumnNode,
  AlterTableNode,
  ColumnDefinitionNode,
  CompiledQuery,
  CreateIndexNode,
  CreateTableNode,
  OperationNode,
  TableNode,
} from 'kysely'

export interface Step {
  /** Such as `adds the column email_key to profiles`. */
  readonly does: string
  readonly expands: boolean
  /** The tables that it locks against all requests, for a moment if it expands. */
  readonly locks: readonly string[]
}

/** `created` are the tables that its migration has created: nobody uses them yet. `undefined` for a query that changes nothing. */
export function stepOf({ query, sql }: CompiledQuery, created: Set<string>): Step | undefined {
  // Kysely's types of nodes have no common union: each kind has its type.
  switch (query.kind as string) {
    case 'CreateTableNode':
      return createTable(query as OperationNode as CreateTableNode, created)
    case 'AlterTableNode':
      return alterTable(query as OperationNode as AlterTableNode, created, sql)
    case 'CreateIndexNode':
      return createIndex(query as OperationNode as CreateIndexNode, created)
    case 'SelectQueryNode':
      return undefined
    default:
      return plainText(sql)
  }
}

function createTable(node: CreateTableNode, created: Set<string>): Step {
  const table = nameOf(node.table)
  created.add(table)
  const references = [
    ...node.columns.map((column) => column.references?.table),
    ...(node.constraints ?? []).map((constraint) =>
      constraint.kind === 'ForeignKeyConstraintNode' ? constraint.references.table : undefined,
    ),
  ]
  return {
    does: `creates the table ${table}`,
    expands: node.selectQuery === undefined,
    locks: references.flatMap((to) => (to === undefined ? [] : used(nameOf(to), created))),
  }
}

function alterTable(node: AlterTableNode, created: Set<string>, sql: string): Step | undefined {
  const { kind: _kind, table: tableNode, columnAlterations = [], ...others } = node
  const table = nameOf(tableNode)
  const isOther = Object.values(others).some((other) => other !== undefined)
  const added = columnAlterations.filter(
    (alteration): alteration is AddColumnNode => alteration.kind === 'AddColumnNode',
  )
  if (isOther || added.length < columnAlterations.length) return plainText(sql)
  const names = added.map(({ column }) => column.column.column.name)
  const references = added.flatMap(({ column }) =>
    column.references ? used(nameOf(column.references.table), created) : [],
  )
  return {
    does: `adds the column ${names.join(', ')} to ${table}`,
    expands: added.every(({ column }) => mayBeLeftOut(column)),
    locks: [...used(table, created), ...references],
  }
}

/** Whether rows can be inserted without the column, and the rows that are there need no look: PostgreSQL then changes its catalogue alone. */
function mayBeLeftOut(column: ColumnDefinitionNode): boolean {
  const { notNull, defaultTo, references, primaryKey, unique, check, generated, identity, autoIncrement } = column
  const isPlain = !(primaryKey || unique || check || generated || identity || autoIncrement || column.endModifiers)
  const isConstant = defaultTo === undefined || defaultTo.defaultValue.kind === 'ValueNode'
  const hasValue = !notNull || defaultTo !== undefined
  return isPlain && isConstant && hasValue && (references === undefined || defaultTo === undefined)
}

function createIndex(node: CreateIndexNode, created: Set<string>): Step {
  const table = node.table ? nameOf(node.table) : ''
  const locks = used(table, created)
  return {
    does: `creates the index ${node.name.name} on ${table}`,
    // On a table in use it locks as long as it reads all rows: migrations list such an index in `indexes`.
    expands: locks.length === 0,
    locks,
  }
}

/** What was written as SQL. Only new rows are known to disturb nobody. */
function plainText(sql: string): Step | undefined {
  const text = sql.replace(/\s+/g, ' ').trim()
  if (/^select\b/i.test(text)) return undefined
  const into = /^insert into "?(\w+)"?/i.exec(text)?.[1]
  if (into !== undefined) return { does: `adds rows to ${into}`, expands: true, locks: [] }
  return { does: text, expands: false, locks: [] }
}

function used(table: string, created: ReadonlySet<string>): readonly string[] {
  return created.has(table) ? [] : [table]
}

function nameOf({ table }: TableNode): string {
  return table.identifier.name
}
