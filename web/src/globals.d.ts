/** The version in package.json, put in by the build. */
declare const __HILO_VERSION__: string;
