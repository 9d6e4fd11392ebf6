/** The level of a login, for `acr` (OIDC Core §2). There is only one. */
export const authenticationContext = '1'
