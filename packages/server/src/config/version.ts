/** The version of this package, as in its package.json: a test says that they agree. */
export const version = '0.1.0'
