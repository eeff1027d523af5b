export { runCli } from './run-cli.js';
export { EXIT_CODES, type ExitCode } from './exit-codes.js';
export type { Terminal } from './terminal.js';
export { renderRunbook } from './runbook.js';
export { FileJournal } from './fleet/file-journal.js';
export type { JournalOwner } from './fleet/journal-lines.js';
