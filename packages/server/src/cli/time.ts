/** The time, as commands use and show it. */
import { systemClock } from '../environment.ts'

/** Whole seconds since the epoch. */
export function now(): number {
  return Math.floor(systemClock())
}

/** In ISO 8601, UTC. */
export function time(seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}
