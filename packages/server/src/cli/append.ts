/** The values of a flag that may be repeated, as a list. */
export function append(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}
