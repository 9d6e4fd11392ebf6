/** For what is at hand nearly always, and has to be waited for now and then: a promise costs more than most checks. */

/** `next` of the value: without a promise where the value is there already. */
export function atOnce<Value, Result>(
  value: Value | Promise<Value>,
  next: (value: Value) => Result | Promise<Result>,
): Result | Promise<Result> {
  return value instanceof Promise ? value.then(next) : next(value)
}
