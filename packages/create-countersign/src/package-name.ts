/** The name of the new application's package. */

/** npm accepts no longer one. */
const maxLength = 214

/** npm accepts none of these. */
const reserved = ['', 'node_modules', 'favicon.ico']

/** From the name of its folder, as npm accepts it: lower case, and no dot or underscore at the beginning. */
export function packageNameOf(folder: string): string {
  const name = folder
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+/, '')
    .slice(0, maxLength)
    .replace(/-+$/, '')
  return reserved.includes(name) ? 'application' : name
}
