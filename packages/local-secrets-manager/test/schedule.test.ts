import { nextRotationAt, nextWindow, windowStart } from '../src/model/schedule.js';

const at = (text: string) => Date.parse(text);
const iso = (instant: number | undefined) =>
  instant === undefined ? 'never' : new Date(instant).toISOString();

describe('rotation windows', () => {
  const tuesday = '2026-02-10T10:30:00Z';

  it.each([
    ['rate(10 days)', '2026-02-20T00:00:00.000Z', '2026-02-20T23:59:59.000Z'],
    ['rate(4 hours)', '2026-02-10T12:00:00.000Z', '2026-02-10T12:59:59.000Z'],
    ['rate(5 hours)', '2026-02-10T15:00:00.000Z', '2026-02-10T15:59:59.000Z'],
    ['rate(48 hours)', '2026-02-12T00:00:00.000Z', '2026-02-12T00:59:59.000Z'],
    ['cron(0 /8 * * ? *)', '2026-02-10T16:00:00.000Z', '2026-02-10T16:59:59.000Z'],
    ['cron(0 8 15,L * ? *)', '2026-02-15T08:00:00.000Z', '2026-02-15T23:59:59.000Z'],
    ['cron(0 8 ? * FRI#2,SUNL *)', '2026-02-13T08:00:00.000Z', '2026-02-13T23:59:59.000Z'],
    ['cron(0 8 * * ? *)', '2026-02-11T08:00:00.000Z', '2026-02-11T23:59:59.000Z'],
    ['cron(0 11 * * ? *)', '2026-02-10T11:00:00.000Z', '2026-02-10T23:59:59.000Z'],
    ['cron(0 8 1 * ? *)', '2026-03-01T08:00:00.000Z', '2026-03-01T23:59:59.000Z'],
    ['cron(0 0 L * ? *)', '2026-02-28T00:00:00.000Z', '2026-02-28T23:59:59.000Z'],
    ['cron(0 16 ? * SUN *)', '2026-02-15T16:00:00.000Z', '2026-02-15T23:59:59.000Z'],
    ['cron(0 16 ? * MON-FRI *)', '2026-02-10T16:00:00.000Z', '2026-02-10T23:59:59.000Z'],
    ['cron(0 1 ? * 2#1 *)', '2026-03-02T01:00:00.000Z', '2026-03-02T23:59:59.000Z'],
    ['cron(0 1 ? * FRIL *)', '2026-02-27T01:00:00.000Z', '2026-02-27T23:59:59.000Z'],
    ['cron(0 0/8 * * ? *)', '2026-02-10T16:00:00.000Z', '2026-02-10T16:59:59.000Z'],
    ['cron(0 8 1 1/3 ? *)', '2026-04-01T08:00:00.000Z', '2026-04-01T23:59:59.000Z'],
    ['cron(0 8 29 2 ? *)', '2028-02-29T08:00:00.000Z', '2028-02-29T23:59:59.000Z'],
    ['cron(0 8 30 FEB ? *)', 'never', 'never'],
  ])('%s opens at %s and ends at %s', (ScheduleExpression, start, end) => {
    const window = nextWindow({ ScheduleExpression }, at(tuesday));
    expect([iso(window?.start), iso(window?.end)]).toEqual([start, end]);
  });

  it('end after their duration', () => {
    const rules = { ScheduleExpression: 'cron(0 8 * * ? *)', Duration: '3h' };
    expect(iso(nextRotationAt(rules, at(tuesday)))).toBe('2026-02-11T10:59:59.000Z');
  });

  it('end with the day for a rule in days', () => {
    expect(iso(nextRotationAt({ AutomaticallyAfterDays: 30 }, at(tuesday)))).toBe(
      '2026-03-12T23:59:59.000Z',
    );
  });

  it.each([
    { AutomaticallyAfterDays: 3 },
    { ScheduleExpression: 'rate(4 hours)' },
    { ScheduleExpression: 'cron(0 8 * * ? *)' },
    { ScheduleExpression: 'cron(0 0/8 * * ? *)', Duration: '2h' },
    { ScheduleExpression: 'rate(2 days)', Duration: '5h' },
  ])('have the start that belongs to their end: %j', (rules) => {
    const window = nextWindow(rules, at(tuesday));
    expect(iso(windowStart(rules, window?.end ?? 0))).toBe(iso(window?.start));
  });
});
