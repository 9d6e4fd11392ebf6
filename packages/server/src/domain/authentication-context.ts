/** How a user logged in, as ID tokens say it. */

export interface Authentication {
  /** `amr`: the methods, by their names in RFC 8176 §2. */
  readonly amr: readonly string[]
  /** `acr` (OIDC Core §2). */
  readonly acr: string
}

/** The only level. */
export const authenticationContext = '1'

export const passwordAuthentication: Authentication = { amr: ['pwd'], acr: authenticationContext }
