import { invalidParameter } from './service-error.js';

/** A parsed `cron(0 hours dom month dow *)`: whether a UTC day matches, and the hours of it. */
export interface CronSchedule {
  readonly kind: 'cron';
  readonly hours: readonly number[];
  readonly matchesDay: (day: Date) => boolean;
}

const MONTHS = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');
const WEEKDAYS = 'SUN MON TUE WED THU FRI SAT'.split(' ');

/** @throws ServiceError InvalidParameterException naming the part that is wrong. */
export function parseCron(body: string): CronSchedule {
  const fields = body.trim().split(/\s+/);
  const [minute, hour, dom, month, dow, year] = fields;
  if (fields.length !== 6) throw invalid('it needs six fields');
  if (minute !== '0') throw invalid('the minutes field must be 0');
  if (year !== '*') throw invalid('the year field must be *');
  if ((dom === '?') === (dow === '?')) {
    throw invalid('exactly one of day-of-month and day-of-week must be ?');
  }
  const months = parseNumbers(month as string, 1, 12, MONTHS, 1);
  const matchesDay = dow === '?' ? dayOfMonth(dom as string) : dayOfWeek(dow as string);
  return {
    kind: 'cron',
    hours: parseNumbers(hour as string, 0, 23),
    matchesDay: (day) => months.includes(day.getUTCMonth() + 1) && matchesDay(day),
  };
}

type DayMatch = (day: Date) => boolean;

function dayOfMonth(field: string): DayMatch {
  return anyOf(field, (part) => {
    if (part === 'L') return (day) => day.getUTCDate() === lastDayOf(day);
    const days = parseNumbers(part, 1, 31);
    return (day) => days.includes(day.getUTCDate());
  });
}

function dayOfWeek(field: string): DayMatch {
  return anyOf(field, (part) => {
    const nth = /^(\w+)#([1-5])$/.exec(part);
    if (nth) {
      const weekday = parseOne(nth[1] as string, 1, 7, WEEKDAYS, 1);
      const week = Number(nth[2]);
      return (day) => day.getUTCDay() + 1 === weekday && Math.ceil(day.getUTCDate() / 7) === week;
    }
    const last = /^(\w+)L$/.exec(part);
    if (last) {
      const weekday = parseOne(last[1] as string, 1, 7, WEEKDAYS, 1);
      return (day) => day.getUTCDay() + 1 === weekday && day.getUTCDate() + 7 > lastDayOf(day);
    }
    if (part === 'L') return (day) => day.getUTCDay() === 6;
    const weekdays = parseNumbers(part, 1, 7, WEEKDAYS, 1);
    return (day) => weekdays.includes(day.getUTCDay() + 1);
  });
}

/** A list of days fits where one of its parts does. */
function anyOf(field: string, parse: (part: string) => DayMatch): DayMatch {
  const parts = field.split(',').map(parse);
  return (day) => parts.some((fits) => fits(day));
}

/** Lists, ranges and steps: `1,3`, `1-5`, `0/8`, `/8`, `*`. */
function parseNumbers(
  field: string,
  min: number,
  max: number,
  names: readonly string[] = [],
  firstName = 0,
): readonly number[] {
  const numbers = field.split(',').flatMap((part) => {
    const [range = '', step, ...rest] = part.split('/');
    if (rest.length > 0) throw invalid(`${part} has more than one step`);
    const by = step === undefined ? 1 : parseOne(step, 1, max, [], 0);
    const [from, to, ...more] = range.split('-');
    if (more.length > 0) throw invalid(`${part} is not a range`);
    const whole = range === '*' || (range === '' && step !== undefined);
    const start = whole ? min : parseOne(from ?? '', min, max, names, firstName);
    const openEnd = whole || step !== undefined;
    const end =
      to === undefined ? (openEnd ? max : start) : parseOne(to, min, max, names, firstName);
    if (end < start) throw invalid(`${part} ends before it starts`);
    return Array.from({ length: Math.floor((end - start) / by) + 1 }, (_, n) => start + n * by);
  });
  return [...new Set(numbers)].sort((a, b) => a - b);
}

function parseOne(
  textual: string,
  min: number,
  max: number,
  names: readonly string[],
  firstName: number,
): number {
  const named = names.indexOf(textual.toUpperCase());
  const number = named >= 0 ? named + firstName : /^\d+$/.test(textual) ? Number(textual) : NaN;
  if (!(number >= min && number <= max)) throw invalid(`${textual} is not from ${min} to ${max}`);
  return number;
}

const lastDayOf = (day: Date) =>
  new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();

const invalid = (reason: string) =>
  invalidParameter(`Invalid ScheduleExpression: cron expression not accepted, ${reason}.`);
