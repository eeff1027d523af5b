// Loaded before a program (node --require): tells what the program has used when it ends, on its third pipe.
const { writeSync } = require('node:fs');

process.once('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  const cpuMs = (userCPUTime + systemCPUTime) / 1_000;
  writeSync(3, JSON.stringify({ peakKb: maxRSS, cpuMs }));
});
