/** The time as commands take it, and show it. */
import { systemClock } from '../environment.ts'

/** Whole seconds since the epoch. */
export function now(): number {
  return Math.floor(systemClock())
}

/** As ISO 8601 has it, in UTC. */
export function time(seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}
