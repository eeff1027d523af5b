import type { PasswordPolicy } from '../domain/password-policy.js';
import type { Sensitive } from '../domain/sensitive.js';

/** Where new passwords come from. */
export interface PasswordSource {
  /**
   * A new password that meets the policy. The engine checks it before it is stored, so a source that ignores the
   * policy is found out. Safe to repeat: every call gives another one.
   */
  generate(policy: PasswordPolicy): Promise<Sensitive>;
}
