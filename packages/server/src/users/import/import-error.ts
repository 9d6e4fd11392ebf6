/** Why a file cannot be imported at all. `message` follows the name of the file in a sentence. */
export class ImportError extends Error {
  override readonly name = 'ImportError'
}
