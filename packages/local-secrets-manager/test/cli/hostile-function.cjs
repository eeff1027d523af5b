// A rotation function that fakes what the service prints.
console.error('\u001b[2Jfrom stderr\t\u202e\u009b31m');
console.log('\u001b[2Jfrom stdout\r\u2028\u200b');
process.stdin.once('data', () => {
  console.log(JSON.stringify({ ok: false, error: '\u001b[31mnothing' }));
});
