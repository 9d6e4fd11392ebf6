/** The signing keys that the database has now cannot be used, or there are none: nothing signs or verifies until they can. */
export class KeysUnusable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'KeysUnusable'
  }
}
