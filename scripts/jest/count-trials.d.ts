/**
 * Says how many trials the running test stands for in `docs/security-trials.md`; one, where it is not called. Call it
 * before the assertions, so that trials of a failing test are counted as tried too.
 *
 * @param trials a whole number above 0 that is the same in every run; a second call adds to the first
 * @example
 * countTrials(hostileNames.length);
 */
declare function countTrials(trials: number): void;
