/**
 * A bucket of refusals that the server may still give: each takes one, time gives them back, and so does a sign-in,
 * after which the server counts from the beginning. Below the number that locks a user, so that one process alone
 * cannot do it.
 */
export interface RefusalBudget {
  readonly tokens: number;
  /** When it was last counted, in epoch milliseconds. */
  readonly at: number;
}

/** How much there is, and how fast it comes back. */
export interface BudgetSettings {
  /** Refusals in a row; Redshift locks a user after five. */
  readonly capacity: number;
  /** Milliseconds after which one refusal is forgiven. */
  readonly refillMs: number;
}

/** A budget that nothing was taken from. */
export function fullBudget(settings: BudgetSettings, now: number): RefusalBudget {
  return { tokens: settings.capacity, at: now };
}

/** The budget after time has passed; a clock that went back gives nothing. */
export function refillBudget(
  budget: RefusalBudget,
  settings: BudgetSettings,
  now: number,
): RefusalBudget {
  const gained = Math.max(0, now - budget.at) / settings.refillMs;
  return { tokens: Math.min(settings.capacity, budget.tokens + gained), at: now };
}

/** The budget after a refusal. */
export function spendRefusal(
  budget: RefusalBudget,
  settings: BudgetSettings,
  now: number,
): RefusalBudget {
  const { tokens } = refillBudget(budget, settings, now);
  return { tokens: Math.max(0, tokens - 1), at: now };
}

/** Whether a credential that may be refused can be presented. */
export function mayRisk(budget: RefusalBudget, settings: BudgetSettings, now: number): boolean {
  return refillBudget(budget, settings, now).tokens >= 1;
}
