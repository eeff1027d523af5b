/** The folder that holds this package's package.json, whichever module system loaded it. */
export declare const packageRoot: string;
