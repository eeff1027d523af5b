// Stands in for the AWS SDK's credentials from a web identity token in the Lambda bundles, and so for its client of the
// token service. Pods have such tokens; a function has its role's credentials in the environment.
const leftOut = () => async () => {
  const wanted = process.env.AWS_WEB_IDENTITY_TOKEN_FILE;
  const error = new Error(
    wanted
      ? 'AWS_WEB_IDENTITY_TOKEN_FILE is set, and web identity tokens are left out of this bundle. Unset it and give AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.'
      : 'Web identity tokens are left out of this bundle.',
  );
  // The next provider of the SDK's chain is asked, unless a token was wanted.
  throw Object.assign(error, { name: 'CredentialsProviderError', tryNextLink: !wanted });
};

export { leftOut as fromTokenFile, leftOut as fromWebToken };
