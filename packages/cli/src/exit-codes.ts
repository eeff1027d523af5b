/** What the command ends with; `docs/cli.md` lists them. */
export const EXIT_CODES = {
  /** It was done, the secret is healthy, or the two users are equal. */
  ok: 0,
  /** `permissions diff`: the two users differ. Nothing else ends with it, so that a script can tell. */
  different: 1,
  /** `doctor`: action needed. `--dry-run`: something would be done. */
  unhealthy: 2,
  /** Refused: nothing was changed. */
  refused: 3,
  /** It failed on the way; `doctor` says what is left to do. `fleet`: some secrets failed. */
  failed: 4,
  /** The service was still at it when the time was up. */
  timeout: 5,
  /** A question could not be asked, or was answered with no; nothing was changed. */
  declined: 6,
  /** Wrong usage (EX_USAGE of sysexits.h). */
  usage: 64,
  /** An unexpected failure (EX_SOFTWARE). */
  unforeseen: 70,
  /** Interrupted. */
  interrupted: 130,
} as const;

/** One of {@link EXIT_CODES}. */
export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES];
