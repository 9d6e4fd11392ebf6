/**
 * How many logins are in progress in this process: as many as can be checked or wait for that. A login beyond is refused before it costs
 * anything, so that a flood of them leaves the database to others.
 */
import { OAuthError } from '../oauth/errors.ts'

export interface LoginAdmission {
  /** Does the work of one login. @throws OAuthError `temporarily_unavailable` when too many are in progress */
  readonly admit: <Result>(work: () => Promise<Result>) => Promise<Result>
}

export function createLoginAdmission(places: number): LoginAdmission {
  let inProgress = 0
  return {
    admit: async (work) => {
      if (inProgress >= places) throw loginsBusy()
      inProgress++
      try {
        return await work()
      } finally {
        inProgress--
      }
    },
  }
}

export function loginsBusy(cause?: unknown): OAuthError {
  return new OAuthError('temporarily_unavailable', 'Too many logins at once. Try again in a second.', {
    reason: 'logins_busy',
    headers: { 'retry-after': '1' },
    cause,
  })
}
