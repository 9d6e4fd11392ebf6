/** Compares moments, so that a clock that can not be trusted makes nothing look fresh. */

/** Whether `to` is at most that many seconds after `from`; false for a clock that was set back, or is not a number. */
export function isWithin(seconds: number, from: number, to: number): boolean {
  return from <= to && to - from <= seconds
}
