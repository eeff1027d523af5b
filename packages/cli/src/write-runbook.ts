import { writeFileSync } from 'node:fs';
import { renderRunbook } from './runbook.js';

const [, , file = 'docs/runbook.md'] = process.argv;
writeFileSync(file, renderRunbook());
