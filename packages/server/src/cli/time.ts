/** Times, as commands show them. */

/** In ISO 8601, UTC. */
export function time(seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}
