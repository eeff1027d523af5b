import { text } from '../model/input.js';
import { ServiceError } from '../model/service-error.js';

export const nextTokenField = text({ min: 1, max: 4096 });

/** One page of a list. */
export interface Page<T> {
  readonly entries: readonly T[];
  readonly nextToken?: string;
}

/**
 * Cuts one page out of a list; the token holds the place where the next one begins. Looks no further than the
 * page's end.
 *
 * @throws ServiceError InvalidNextTokenException for a token that no page gave out.
 */
export function pageOf<T>(all: Iterable<T>, size: number, token: string | undefined): Page<T> {
  const start = token === undefined ? 0 : parseToken(token);
  const end = start + size;
  const entries: T[] = [];
  let place = 0;
  for (const entry of all) {
    if (place >= end) return { entries, nextToken: tokenFor(end) };
    if (place >= start) entries.push(entry);
    place += 1;
  }
  return { entries };
}

const tokenFor = (start: number) => Buffer.from(`start:${start}`).toString('base64');

function parseToken(token: string): number {
  const [, digits] = /^start:(\d{1,15})$/.exec(Buffer.from(token, 'base64').toString()) ?? [];
  const start = Number(digits);
  if (Number.isNaN(start) || tokenFor(start) !== token) {
    throw new ServiceError('InvalidNextTokenException', 'The NextToken value is invalid.');
  }
  return start;
}
