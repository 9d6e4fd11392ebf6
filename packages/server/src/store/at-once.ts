/** For reads that SQLite returns immediately and PostgreSQL later: a promise costs more than the read itself. */

/** `to` of the value, without a promise when the value is there already. */
export function atOnce<Value, Result>(
  value: Value | Promise<Value>,
  to: (value: Value) => Result,
): Result | Promise<Result> {
  return value instanceof Promise ? value.then(to) : to(value)
}
