import { processTerminal } from './process-terminal.js';
import { runCli } from './run-cli.js';

void runCli(process.argv.slice(2), processTerminal()).then((code) => {
  process.exitCode = code;
});
