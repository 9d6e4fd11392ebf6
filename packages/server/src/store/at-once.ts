/** For what the database answers at once on SQLite, and later on PostgreSQL: a promise costs the request more than the answer. */

/** `to` of the value: without a promise where the value is there already. */
export function atOnce<Value, Result>(
  value: Value | Promise<Value>,
  to: (value: Value) => Result,
): Result | Promise<Result> {
  return value instanceof Promise ? value.then(to) : to(value)
}
