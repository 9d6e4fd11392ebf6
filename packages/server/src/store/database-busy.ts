/** Too many queries wait for a connection already, or this one has waited too long. It passes when the load does. */
export class DatabaseBusy extends Error {
  constructor() {
    super('all connections to the database are in use, and too many queries wait for one')
    this.name = 'DatabaseBusy'
  }
}
