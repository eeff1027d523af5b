import { InvalidArgumentError } from 'commander';

/** @throws InvalidArgumentError for anything but a whole number of seconds from 1. */
export function seconds(text: string): number {
  return wholeNumber(text, 'It has to be a whole number of seconds.');
}

/** @throws InvalidArgumentError for anything but a whole number from 1. */
export function count(text: string): number {
  return wholeNumber(text, 'It has to be a whole number from 1.');
}

/** @throws InvalidArgumentError for anything but a number above 0. */
export function rate(text: string): number {
  const value = /^\d{1,4}(\.\d{1,3})?$/.test(text) ? Number(text) : 0;
  if (value > 0) return value;
  throw new InvalidArgumentError('It has to be a number above 0.');
}

function wholeNumber(text: string, otherwise: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError(otherwise);
}
