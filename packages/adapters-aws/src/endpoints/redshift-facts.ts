import type { SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';

/** How a client of the Redshift services is set up: as every client of the SDK. The region is the one of the tag. */
export type EndpointClientConfig = Pick<
  SecretsManagerClientConfig,
  'credentials' | 'maxAttempts' | 'profile' | 'requestHandler'
>;

interface ApiRequest {
  readonly config: EndpointClientConfig & { readonly region: string };
  readonly signal: AbortSignal;
}

/** A cluster or workgroup as its service describes it. */
export interface ClusterFacts {
  /** In the service's word, such as `available` or `paused`. */
  readonly status: string;
  /** Absent while it is being made, and perhaps while it is paused. */
  readonly host?: string;
  readonly port?: number;
}

/** A serverless namespace: the database behind its workgroups. */
export interface NamespaceFacts {
  readonly name: string;
  readonly workgroups: readonly (ClusterFacts & { readonly name: string })[];
}

/** What is asked of Amazon Redshift. Both give undefined for what is not there, and throw the SDK's errors. */
export interface RedshiftApi {
  /** Needs `redshift:DescribeClusters`. */
  readCluster(
    request: ApiRequest & { readonly identifier: string },
  ): Promise<ClusterFacts | undefined>;
  /** Needs `redshift-serverless:ListNamespaces` and `redshift-serverless:ListWorkgroups`; reads every page. */
  readNamespace(
    request: ApiRequest & { readonly arn: string },
  ): Promise<NamespaceFacts | undefined>;
}
