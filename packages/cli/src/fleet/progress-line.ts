import type { FleetProgress } from '@keyturn/core';

const LONGEST_BAR = 30;
const SHORTEST_BAR = 5;

/** How far a fleet is, in one line that fits into so many columns. */
export function progressLine(progress: FleetProgress, elapsedMs: number, columns: number): string {
  const { total, rotated, failed, running } = progress;
  const done = rotated + failed;
  const parts = [
    `${done}/${total}`,
    `${rotated} rotated`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    `${running} under way`,
    ...(done > 0 && done < total ? [`${span((elapsedMs / done) * (total - done))} left`] : []),
  ];
  const text = parts.join('  ');
  // A line that fills the last column would break on some terminals.
  const room = Math.min(LONGEST_BAR, columns - 1 - text.length - '[] '.length);
  if (room < SHORTEST_BAR) return text.slice(0, columns - 1);
  const filled = Math.floor((done / Math.max(1, total)) * room);
  return `[${'='.repeat(filled).padEnd(room)}] ${text}`;
}

/** A span of time as people say it, to the second, minute or hour. */
export function span(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
