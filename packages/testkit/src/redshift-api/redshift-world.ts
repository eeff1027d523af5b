/** A provisioned cluster; without a host it has no endpoint, as one that is being made. */
export interface LocalCluster {
  readonly identifier: string;
  /** Default `available`. */
  readonly status?: string;
  readonly host?: string;
  /** Default 5439. */
  readonly port?: number;
}

/** A serverless namespace. */
export interface LocalNamespace {
  readonly name: string;
  readonly arn: string;
}

/** A serverless workgroup; without a host it has no endpoint. */
export interface LocalWorkgroup {
  readonly name: string;
  /** The name of its namespace. */
  readonly namespace: string;
  /** Default `AVAILABLE`. */
  readonly status?: string;
  readonly host?: string;
  /** Default 5439. */
  readonly port?: number;
}

/** What the account has. */
export interface RedshiftWorld {
  readonly clusters?: readonly LocalCluster[];
  readonly namespaces?: readonly LocalNamespace[];
  readonly workgroups?: readonly LocalWorkgroup[];
}

/** Where a server answers that no port was given for. */
export const DEFAULT_PORT = 5439;

/** A part of a list, and what asks for the next one. */
export interface Page<T> {
  readonly entries: readonly T[];
  readonly next?: string;
}

/** @throws TypeError for a token that was not given out here. */
export function pageOf<T>(list: readonly T[], size: number, token = '0'): Page<T> {
  if (!/^\d{1,9}$/.test(token)) throw new TypeError('no such token');
  const [start, end] = [Number(token), Number(token) + size];
  const entries = list.slice(start, end);
  return { entries, ...(end < list.length && { next: String(end) }) };
}
