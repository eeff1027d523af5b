import { type CronSchedule, parseCron } from './cron.js';
import type { RotationRules } from './secret.js';
import { invalidParameter } from './service-error.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** When rotations may run, in UTC. Windows start on the hour. */
type Schedule =
  | { readonly kind: 'days'; readonly days: number }
  | { readonly kind: 'hours'; readonly hours: number }
  | CronSchedule;

/** A rotation window: it opens at `start`, and `end` is the latest instant in it. Epoch milliseconds. */
export interface RotationWindow {
  readonly start: number;
  readonly end: number;
}

/** @throws ServiceError InvalidParameterException for rules that contradict the schedule rules (D). */
export function checkRules(rules: RotationRules): void {
  const schedule = parseSchedule(rules);
  const hours = durationHours(rules);
  if (hours === undefined) return;
  if (hours < 1 || hours > 24) throw invalidDuration();
  const startHours = schedule.kind === 'cron' ? schedule.hours : [0];
  if (startHours.some((hour) => hour + hours > 24)) throw invalidDuration();
  const gap =
    schedule.kind === 'hours'
      ? schedule.hours
      : Math.min(...startHours.slice(1).map((hour, n) => hour - (startHours[n] as number)));
  if (hours > gap) throw invalidDuration();
}

/** The first window that opens after an instant; undefined for a schedule that never comes. */
export function nextWindow(rules: RotationRules, after: number): RotationWindow | undefined {
  const schedule = parseSchedule(rules);
  const start = nextStart(schedule, after);
  if (start === undefined) return undefined;
  const hours = durationHours(rules) ?? (isHourly(schedule) ? 1 : undefined);
  const endOfDay = startOfDay(start) + DAY_MS;
  const end = hours === undefined ? endOfDay : Math.min(start + hours * HOUR_MS, endOfDay);
  return { start, end: end - 1000 };
}

/** NextRotationDate: the latest date of the next window, not an estimate (D). */
export function nextRotationAt(rules: RotationRules, after: number): number | undefined {
  return nextWindow(rules, after)?.end;
}

/** The start of the window that ends at a NextRotationDate. */
export function windowStart(rules: RotationRules, end: number): number {
  const schedule = parseSchedule(rules);
  const hours = durationHours(rules) ?? (isHourly(schedule) ? 1 : undefined);
  if (hours !== undefined) return end + 1000 - hours * HOUR_MS;
  const firstHour = schedule.kind === 'cron' ? (schedule.hours[0] ?? 0) : 0;
  return startOfDay(end) + firstHour * HOUR_MS;
}

/** AutomaticallyAfterDays as read back; for a schedule it is computed from the distance of its windows (D). */
export function daysBetweenRotations(rules: RotationRules, now: number): number | undefined {
  if (rules.AutomaticallyAfterDays !== undefined) return rules.AutomaticallyAfterDays;
  const first = nextStart(parseSchedule(rules), now);
  const second = first === undefined ? undefined : nextStart(parseSchedule(rules), first);
  if (first === undefined || second === undefined) return undefined;
  return Math.max(1, Math.round((second - first) / DAY_MS));
}

function parseSchedule(rules: RotationRules): Schedule {
  const { AutomaticallyAfterDays: days, ScheduleExpression: expression } = rules;
  if (days !== undefined && expression !== undefined) {
    throw invalidParameter(
      "You can't specify both AutomaticallyAfterDays and ScheduleExpression in RotationRules.",
    );
  }
  if (days !== undefined) return { kind: 'days', days };
  if (expression === undefined) {
    throw invalidParameter(
      'You must specify either AutomaticallyAfterDays or ScheduleExpression in RotationRules.',
    );
  }
  const [, kind, body = ''] = /^(rate|cron)\((.*)\)$/.exec(expression.trim()) ?? [];
  if (kind === 'cron') return parseCron(body);
  const [, count, unit = ''] = /^(\d+) (hour|hours|day|days)$/.exec(kind ? body.trim() : '') ?? [];
  const hours = Number(count) * (unit.startsWith('day') ? 24 : 1);
  if (!(hours >= 4 && hours <= 999 * 24)) {
    throw invalidParameter(
      'Invalid ScheduleExpression: a rate is between 4 hours and 999 days, such as rate(10 days).',
    );
  }
  return unit.startsWith('day') ? { kind: 'days', days: Number(count) } : { kind: 'hours', hours };
}

function nextStart(schedule: Schedule, after: number): number | undefined {
  if (schedule.kind === 'days') return startOfDay(after) + schedule.days * DAY_MS;
  if (schedule.kind === 'hours') {
    // Counted from midnight (D); hours that fit neither into days nor days into them, from the last rotation's hour.
    const step = schedule.hours * HOUR_MS;
    const grid = DAY_MS % step === 0 ? step : step % DAY_MS === 0 ? DAY_MS : HOUR_MS;
    return Math.floor(after / grid) * grid + step;
  }
  // Four years and a day hold every day of the calendar, 29 February included; eight cover the skipped leap year.
  for (let day = startOfDay(after), n = 0; n < 8 * 366; n += 1, day += DAY_MS) {
    if (!schedule.matchesDay(new Date(day))) continue;
    const hour = schedule.hours.find((candidate) => day + candidate * HOUR_MS > after);
    if (hour !== undefined) return day + hour * HOUR_MS;
  }
  return undefined;
}

/** Hours of the Duration field, such as `3h`. */
function durationHours(rules: RotationRules): number | undefined {
  return rules.Duration === undefined ? undefined : Number.parseInt(rules.Duration, 10);
}

const isHourly = (schedule: Schedule) =>
  schedule.kind === 'hours' || (schedule.kind === 'cron' && schedule.hours.length > 1);

const startOfDay = (instant: number) => Math.floor(instant / DAY_MS) * DAY_MS;

const invalidDuration = () =>
  invalidParameter(
    'Invalid Duration: the rotation window must not reach into the next window or the next UTC day.',
  );
