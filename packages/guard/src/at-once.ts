/** For values that are almost always available, and sometimes a promise: a promise costs more than most checks. */

/** Calls `next` with the value: directly, or when the promise fulfils. */
export function atOnce<Value, Result>(
  value: Value | Promise<Value>,
  next: (value: Value) => Result | Promise<Result>,
): Result | Promise<Result> {
  return value instanceof Promise ? value.then(next) : next(value)
}
