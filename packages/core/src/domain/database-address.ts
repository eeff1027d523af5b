/** Where a credential signs in. Compared as parsed: host in lower case, defaults filled in. */
export interface DatabaseAddress {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  /** The secret's own `ssl` key; absent where it has none. The adapter's TLS settings decide what it is worth. */
  readonly ssl?: boolean;
}

/** Whether two addresses name the same server, whatever the database. */
export function sameServer(a: DatabaseAddress, b: DatabaseAddress): boolean {
  return a.host === b.host && a.port === b.port;
}
