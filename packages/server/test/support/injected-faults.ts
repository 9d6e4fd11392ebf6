/** Statements that fail in PostgreSQL as if it had undone their transaction. */
import { query } from './rows.ts'

/**
 * The next `count` rows that are written fail with `code`. `writes`: which ones, such as `insert on refresh_tokens`. A sequence counts them all, also those
 * that were undone.
 */
export async function injectFaults(url: string, writes: string, code: string, count: number): Promise<void> {
  await query(url, 'create sequence if not exists faults')
  await query(url, "select setval('faults', 1, false)")
  await query(
    url,
    `create or replace function fail() returns trigger language plpgsql as $$ begin
      if nextval('faults') <= ${count} then raise exception 'injected' using errcode = '${code}'; end if;
      return case when tg_op = 'DELETE' then old else new end;
    end $$`,
  )
  await query(url, `create or replace trigger fail before ${writes} for each row execute function fail()`)
}

/** Ends the faults of `writes`. */
export async function removeFaults(url: string, writes: string): Promise<void> {
  await query(url, `drop trigger fail on ${writes.split(' on ')[1]}`)
}

/** How many of these rows have been written since `injectFaults`, those that were undone included. */
export async function countWrites(url: string): Promise<number> {
  return Number((await query(url, 'select last_value as count from faults'))[0]?.['count'])
}
