/** Loads the driver of a directory: an optional peer dependency, so that only those who use it install it. */

/** @throws Error that says how to install the package, when it is missing */
export async function loadDriver<Driver>(name: string, load: () => Promise<Driver>): Promise<Driver> {
  try {
    return await load()
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'
    if (!isMissing || !error.message.includes(`'${name}'`)) throw error
    throw new Error(`The package ${name} is missing: npm install ${name}`, { cause: error })
  }
}
