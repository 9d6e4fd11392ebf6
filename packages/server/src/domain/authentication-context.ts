/** How a user has logged in, for `acr` (OIDC Core §2): the only level there is. */
export const authenticationContext = '1'
