import { rmSync, writeFileSync } from 'node:fs';
import { renderRunbook } from './runbook.js';

const [, , file = 'docs/runbook.md'] = process.argv;
// A new file, so that nothing is written through a link.
rmSync(file, { force: true });
writeFileSync(file, renderRunbook(), { flag: 'wx' });
