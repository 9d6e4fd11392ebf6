/** DATABASE_URL leads to another database than before, for example because its name was given to a new one, or an address to another server. */
export class DatabaseIsOther extends Error {
  constructor() {
    super('the database is another one than at the start')
    this.name = 'DatabaseIsOther'
  }
}
