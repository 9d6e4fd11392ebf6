/**
 * Waits for a response that may take long, as long as PostgreSQL works on it. The connection itself does not show whether PostgreSQL works or is gone, so
 * another one asks: docs/decisions/0109-long-statements-have-no-limit-silence-has.md.
 */
import { Client, DatabaseError } from 'pg'
import { answerInTime, DatabaseSilent } from './answer-in-time.ts'

/** Of the connection that waits. */
export interface Session {
  readonly url: string
  /** Of the process of PostgreSQL. `undefined` behind a pooler, which tells another one: there it is enough that PostgreSQL responds. */
  readonly processId: number | undefined
}

/** Milliseconds: of each wait for the response, and of each check in between. */
const turnMs = 5000
/** Consecutive checks that find no work. One is not enough: the response may be on its way, or the machine busy. */
const maxDoubts = 2

const silence = 'PostgreSQL does not answer, and another connection does not find it at work'

/** What `ask` resolves with. @throws DatabaseSilent when PostgreSQL does not work on it, after 15 to 25 seconds */
export async function whileAtWork<Result>(session: Session, ask: () => Promise<Result>): Promise<Result> {
  const answer = ask()
  for (let doubts = 0; ; ) {
    try {
      return await answerInTime(turnMs, () => answer)
    } catch (error) {
      if (!(error instanceof DatabaseSilent)) throw error
      if (doubts === maxDoubts) throw new DatabaseSilent(silence)
    }
    doubts = (await isAtWork(session)) ? 0 : doubts + 1
  }
}

/** On another connection. */
async function isAtWork({ url, processId }: Session): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: turnMs, application_name: 'countersign' })
  client.on('error', () => {})
  try {
    return await answerInTime(turnMs, async () => {
      await client.connect()
      const { rows } = await client.query(atWork, [processId])
      return rows.length > 0
    })
  } catch (error) {
    // PostgreSQL has responded, such as that it has no room for another connection.
    return error instanceof DatabaseError
  } finally {
    // Not awaited: it may be silent as well.
    void client.end()
  }
}

/** A session that waits for its client has not received the statement, or has sent the response. */
const atWork = `select 1 where $1::int is null or exists (
  select 1 from pg_stat_activity where pid = $1::int and state = 'active' and wait_event is distinct from 'ClientRead')`
