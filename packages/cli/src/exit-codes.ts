/** What the command ends with; `docs/cli.md` lists them. */
export const EXIT_CODES = {
  /** It was done, or the secret is healthy. */
  ok: 0,
  /** Wrong usage, or something nobody foresaw. */
  usage: 1,
  /** `doctor`: something is to be done. `--dry-run`: something would be done. */
  unhealthy: 2,
  /** Refused: nothing was changed. */
  refused: 3,
  /** It failed on the way; `doctor` says what is left to do. `fleet`: some secrets failed. */
  failed: 4,
  /** The service was still at it when the time was up. */
  timeout: 5,
  /** A question could not be asked, or was answered with no; nothing was changed. */
  declined: 6,
  /** Interrupted. */
  interrupted: 130,
} as const;

/** One of {@link EXIT_CODES}. */
export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES];
