/** Loads an optional peer dependency, which only those install who use what needs it. */

/** @throws Error that says how to install the package, when it is missing */
export async function loadPackage<Loaded>(name: string, load: () => Promise<Loaded>): Promise<Loaded> {
  try {
    return await load()
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'
    if (!isMissing || !error.message.includes(`'${name}'`)) throw error
    throw new Error(`The package ${name} is missing: npm install ${name}`, { cause: error })
  }
}
