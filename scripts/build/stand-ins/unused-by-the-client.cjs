// Stands in for pg-pool, pgpass and pg-connection-string in the Lambda bundles: pg requires them for its pool, for a
// password that was not given, and for a connection string. keyturn opens single clients, always gives the password as
// a function, and reads neither a password file nor a connection string; whoever got here would be told.
function refuse() {
  throw new Error(
    'Pools, password files and connection strings of pg are left out of this bundle.',
  );
}

// One function serves as the class of pg-pool, as pgpass, and as the module whose `parse` pg takes.
module.exports = refuse;
module.exports.parse = refuse;
