/**
 * Replaces a refresh token by its successor. The grant is locked first: it is revoked before that or after it, never in between. PostgreSQL
 * does all of it in one statement: one round trip in place of five.
 */
import { type QueryCreator, sql } from 'kysely'
import type { RefreshToken, RefreshTokenUse } from '../domain/refresh-token.ts'
import type { Connection } from './connection.ts'
import { insertRefreshToken, toRefreshTokenRow } from './refresh-token-rows.ts'
import type { Schema } from './schema.ts'
import { type Placeholders, statement } from './statement.ts'

export interface Replacement {
  readonly hash: string
  /** What uses the token up. */
  readonly use: RefreshTokenUse
  readonly successorHash: string
  /** Of the same grant, created at the time of the use. */
  readonly successor: Omit<RefreshToken, 'use'>
}

/** `used_already`: the grant has no unused token with this hash. */
export type ReplacementOutcome = 'replaced' | 'used_already' | 'grant_ended'

interface GrantValues {
  readonly grantId: string
  readonly now: number
}

interface UseValues {
  readonly hash: string
  readonly now: number
  readonly scope: string
  readonly resources: string
  readonly request: string
}

interface SuccessorValues {
  readonly successorHash: string
  readonly now: number
  readonly expiresAt: number
}

function selectActive(db: QueryCreator<Schema>, p: Placeholders<GrantValues>) {
  return db
    .selectFrom('grants')
    .select('id')
    .where('id', '=', p.grantId)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', p.now)
}

function updateUnused(db: QueryCreator<Schema>, p: Placeholders<UseValues>) {
  return db
    .updateTable('refresh_tokens')
    .set({ used_at: p.now, used_scope: p.scope, used_resources: p.resources, used_by: p.request })
    .where('token_hash', '=', p.hash)
    .where('used_at', 'is', null)
}

const findActive = statement('refresh_tokens.findActiveGrant', selectActive)

const use = statement('refresh_tokens.use', (db, p: Placeholders<UseValues & Pick<GrantValues, 'grantId'>>) =>
  updateUnused(db, p).where('grant_id', '=', p.grantId),
)

const replace = statement('refresh_tokens.replace', (db, p: Placeholders<GrantValues & UseValues & SuccessorValues>) =>
  db
    .with('active', (inside) => selectActive(inside, p).forShare())
    .with('used', (inside) =>
      // Each row of `active` is locked before it is joined.
      updateUnused(inside, p)
        .where('grant_id', 'in', inside.selectFrom('active').select('active.id'))
        .returning('grant_id'),
    )
    .with('successor', (inside) =>
      inside
        .insertInto('refresh_tokens')
        .columns(['token_hash', 'grant_id', 'created_at', 'expires_at'])
        .expression(
          inside
            .selectFrom('used')
            .select([
              sql<string>`cast(${p.successorHash} as text)`.as('token_hash'),
              'grant_id',
              sql<number>`cast(${p.now} as bigint)`.as('created_at'),
              sql<number>`cast(${p.expiresAt} as bigint)`.as('expires_at'),
            ]),
        ),
    )
    .selectNoFrom(({ exists, selectFrom }) => [
      exists(selectFrom('active').select('active.id')).as('isActive'),
      exists(selectFrom('used').select('used.grant_id')).as('isUsed'),
    ]),
)

/** Uses a token and inserts its successor, or changes nothing. Of parallel uses one replaces it. */
export function replaceRefreshToken(connection: Connection, replacement: Replacement): Promise<ReplacementOutcome> {
  return connection.kind === 'sqlite'
    ? connection.transaction((inside) => replaceInSteps(inside, replacement))
    : replaceAtOnce(connection, replacement)
}

async function replaceInSteps({ read, write }: Connection, replacement: Replacement): Promise<ReplacementOutcome> {
  const values = valuesOf(replacement)
  if ((await read(findActive, values)).length === 0) return 'grant_ended'
  if ((await write(use, values)) === 0) return 'used_already'
  await write(insertRefreshToken, toRefreshTokenRow(replacement.successorHash, replacement.successor))
  return 'replaced'
}

async function replaceAtOnce(connection: Connection, replacement: Replacement): Promise<ReplacementOutcome> {
  const [done] = await connection.writeReturning(replace, valuesOf(replacement))
  if (!done?.isActive) return 'grant_ended'
  return done.isUsed ? 'replaced' : 'used_already'
}

function valuesOf({ hash, use: { scopes, resources, request }, successorHash, successor }: Replacement) {
  return {
    hash,
    grantId: successor.grantId,
    now: successor.createdAt,
    scope: scopes.join(' '),
    resources: JSON.stringify(resources),
    request: JSON.stringify(request),
    successorHash,
    expiresAt: successor.expiresAt,
  }
}
