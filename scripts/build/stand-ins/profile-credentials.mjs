// Stands in for the AWS SDK's credentials from profiles (shared files, SSO, a process) in the Lambda bundles. A
// function has its role's credentials in the environment, or from its container; profiles are a seventh of the bundle.
const leftOut = () => async () => {
  const profile = process.env.AWS_PROFILE;
  const error = new Error(
    profile
      ? 'AWS_PROFILE is set, and profiles are left out of this bundle. Unset it and give AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.'
      : 'Profiles are left out of this bundle.',
  );
  // The next provider of the SDK's chain is asked, unless a profile was wanted.
  throw Object.assign(error, { name: 'CredentialsProviderError', tryNextLink: !profile });
};

export { leftOut as fromIni, leftOut as fromProcess, leftOut as fromSSO };
