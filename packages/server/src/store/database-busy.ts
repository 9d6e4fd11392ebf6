/** Too many wait for a connection already, or this query has waited too long. It ends by itself. */
export class DatabaseBusy extends Error {
  constructor() {
    super('all connections to the database are in use, and too many queries wait for one')
    this.name = 'DatabaseBusy'
  }
}
