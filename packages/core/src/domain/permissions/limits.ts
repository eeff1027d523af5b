import { LIMIT_DEFAULTS, type Permission } from './permission.js';

type Limit = Extract<Permission, { kind: 'limit' }>;

/** What a user has of whom nobody has said anything about this limit. */
export function limitOf(limit: Limit['limit']): Limit {
  return { kind: 'limit', limit, value: LIMIT_DEFAULTS[limit], grantable: false };
}

/** Whether one value of a limit allows less than another. */
export function isTighter(limit: Limit, than: Limit): boolean {
  return extentOf(limit) < extentOf(than);
}

function extentOf({ limit, value }: Limit): number {
  if (value === LIMIT_DEFAULTS[limit]) return Infinity;
  return limit === 'valid-until' ? Date.parse(value) : Number(value);
}
