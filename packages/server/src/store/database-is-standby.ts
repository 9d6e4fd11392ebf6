/** A new connection leads to a standby, for example because a load balancer has not noticed a failover yet. */
export class DatabaseIsStandby extends Error {
  constructor() {
    super('PostgreSQL is a standby')
    this.name = 'DatabaseIsStandby'
  }
}
