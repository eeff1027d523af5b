/** The pnpm that everything in this repository uses, as npx is told of it. Lockfiles are written with this one only. */
export const PNPM = 'pnpm@12.21.0';
