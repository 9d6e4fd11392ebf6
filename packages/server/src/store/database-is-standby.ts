/** A new connection leads to a standby, as while a load balancer has not noticed a failover. It ends by itself, or by the operator. */
export class DatabaseIsStandby extends Error {
  constructor() {
    super('PostgreSQL is a standby')
    this.name = 'DatabaseIsStandby'
  }
}
